namespace Merpati.Mail.Mime;

/// <summary>Undoes a content transfer encoding (RFC 2045 §6) piece by piece. Nothing is malformed: what means nothing is passed over or left as it stands.</summary>
internal abstract class TransferDecoder
{
    /// <summary>How many octets more than its input a piece may become.</summary>
    public const int MaxHeld = 260;

    /// <summary>The decoder of an encoding in lower case. One that is not known is read as it stands: most that have such a name are plain text.</summary>
    public static TransferDecoder For(string encoding) => encoding switch
    {
        "base64" => new Base64Decoder(),
        "quoted-printable" => new QuotedPrintableDecoder(),
        _ => new NoDecoder(),
    };

    /// <summary>Decodes a piece; returns how many octets it became.</summary>
    public abstract int Decode(ReadOnlySpan<byte> piece, Span<byte> octets);

    /// <summary>What remains at the end.</summary>
    public abstract int Finish(Span<byte> octets);

    private sealed class NoDecoder : TransferDecoder
    {
        public override int Decode(ReadOnlySpan<byte> piece, Span<byte> octets)
        {
            piece.CopyTo(octets);
            return piece.Length;
        }

        public override int Finish(Span<byte> octets) => 0;
    }
}
