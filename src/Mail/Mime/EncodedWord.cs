using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>One encoded word as it stands (RFC 2047 §2): <c>=?charset?encoding?text?=</c>.</summary>
internal readonly ref struct EncodedWord
{
    private const int MaxCharsetLength = 60; // its language too (RFC 2231 §5)

    private readonly ReadOnlySpan<byte> _text;
    private readonly bool _isBinary;

    private EncodedWord(string charset, bool isBinary, ReadOnlySpan<byte> text, int length)
    {
        Charset = charset;
        _isBinary = isBinary;
        _text = text;
        Length = length;
    }

    /// <summary>The name of the charset, in lower case, without a language.</summary>
    public string Charset { get; }

    /// <summary>How many octets it takes.</summary>
    public int Length { get; }

    /// <summary>Reads the word at the start of a text; false when there is none. It may be longer than 75 characters and hold spaces, as some write them.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out EncodedWord word)
    {
        word = default;
        if (!text.StartsWith("=?"u8)) return false;
        var inner = text[2..];
        var mark = inner[..Math.Min(inner.Length, MaxCharsetLength + 1)].IndexOf((byte)'?');
        if (mark < 1 || inner[..mark].ContainsAnyExceptInRange((byte)'!', (byte)'~')) return false;
        var charset = inner[..mark];
        var rest = inner[(mark + 1)..];
        if (rest.Length < 2 || rest[1] != (byte)'?' || (rest[0] | 0x20) is not ('b' or 'q')) return false;
        var encoded = rest[2..];
        var end = encoded.IndexOf((byte)'?');
        if (end < 0 || end + 1 >= encoded.Length || encoded[end + 1] != (byte)'=') return false;
        var language = charset.IndexOf((byte)'*');
        if (language >= 0) charset = charset[..language];
        word = new EncodedWord(Encoding.ASCII.GetString(charset).ToLowerInvariant(), (rest[0] | 0x20) == 'b', encoded[..end], 2 + mark + 1 + 2 + end + 2);
        return true;
    }

    /// <summary>Appends the octets that the word stands for.</summary>
    public void AppendTo(List<byte> octets)
    {
        if (_isBinary)
        {
            var decoded = new byte[_text.Length + 3];
            var decoder = new Base64Decoder();
            var length = decoder.Decode(_text, decoded);
            length += decoder.Finish(decoded.AsSpan(length));
            octets.AddRange(decoded.AsSpan(0, length));
            return;
        }

        for (var i = 0; i < _text.Length; i++)
        {
            if (_text[i] == (byte)'=' && i + 2 < _text.Length && Hexadecimal.TryOctet(_text[i + 1], _text[i + 2], out var octet))
            {
                octets.Add(octet);
                i += 2;
                continue;
            }

            octets.Add(_text[i] == (byte)'_' ? (byte)' ' : _text[i]);
        }
    }
}
