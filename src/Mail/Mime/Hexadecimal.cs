namespace Merpati.Mail.Mime;

/// <summary>Two hexadecimal digits as an octet, in either case.</summary>
internal static class Hexadecimal
{
    public static bool TryOctet(byte high, byte low, out byte octet)
    {
        octet = 0;
        if (!char.IsAsciiHexDigit((char)high) || !char.IsAsciiHexDigit((char)low)) return false;
        octet = (byte)((Digit(high) << 4) | Digit(low));
        return true;
    }

    private static int Digit(byte c) => c <= (byte)'9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
