using System.Text;

namespace Merpati.Smtp.Grammar;

/// <summary>The argument of BDAT: <c>chunk-size [LAST]</c> (RFC 3030 §2).</summary>
/// <param name="Octets">The octets that follow the command line's end.</param>
/// <param name="IsLast">Whether the message ends with them.</param>
internal readonly record struct ChunkArgument(long Octets, bool IsLast)
{
    private const int MaxDigits = 20; // as SIZE has them, RFC 1870 §4

    /// <summary>Reads it; false when it is malformed or the number does not fit: then nobody can tell what follows.</summary>
    public static bool TryParse(ReadOnlySpan<byte> argument, out ChunkArgument chunk)
    {
        chunk = default;
        var end = argument.IndexOf((byte)' ');
        var digits = end < 0 ? argument : argument[..end];
        var rest = end < 0 ? [] : argument[end..].TrimStart((byte)' ');
        var isLast = Ascii.EqualsIgnoreCase(rest, "LAST"u8);
        if (digits.Length is 0 or > MaxDigits || (!rest.IsEmpty && !isLast)) return false;
        long octets = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            if (octets > (long.MaxValue - 9) / 10) return false;
            octets = (octets * 10) + (digit - '0');
        }

        chunk = new ChunkArgument(octets, isLast);
        return true;
    }
}
