namespace Merpati.Mail.Mime;

/// <summary>Decodes base64 (RFC 2045 §6.8): other characters are passed over, padding ends a group wherever it stands, and the next group begins after it.</summary>
internal sealed class Base64Decoder : TransferDecoder
{
    private int _bits;
    private int _characters; // of the open group

    public override int Decode(ReadOnlySpan<byte> piece, Span<byte> octets)
    {
        var length = 0;
        foreach (var c in piece)
        {
            if (c == (byte)'=')
            {
                length += Finish(octets[length..]);
                continue;
            }

            var value = Value(c);
            if (value < 0) continue;
            _bits = (_bits << 6) | value;
            if (++_characters < 4) continue;
            octets[length++] = (byte)(_bits >> 16);
            octets[length++] = (byte)(_bits >> 8);
            octets[length++] = (byte)_bits;
            (_bits, _characters) = (0, 0);
        }

        return length;
    }

    public override int Finish(Span<byte> octets)
    {
        var (bits, characters) = (_bits, _characters);
        (_bits, _characters) = (0, 0);
        switch (characters)
        {
            case 2:
                octets[0] = (byte)(bits >> 4);
                return 1;
            case 3:
                octets[0] = (byte)(bits >> 10);
                octets[1] = (byte)(bits >> 2);
                return 2;
            default:
                return 0;
        }
    }

    private static int Value(byte c) => c switch
    {
        >= (byte)'A' and <= (byte)'Z' => c - 'A',
        >= (byte)'a' and <= (byte)'z' => c - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => c - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
