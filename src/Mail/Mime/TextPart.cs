using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>The text of one part on its way: undone from its transfer encoding, its charset and, where it is HTML, its tags.</summary>
internal sealed class TextPart
{
    private readonly TransferDecoder _transfer;
    private readonly Decoder? _charset; // null: none is stated
    private readonly GuessedText _guess = new();
    private readonly HtmlText? _html;
    private readonly ReadableText _text;
    private readonly byte[] _octets;
    private readonly char[] _chars;
    private int _heldLineEnd; // octets of it: it may belong to the boundary that follows (RFC 2046 §5.1.1)
    private bool _heldReturn;

    public TextPart(ContentHeader content, ReadableText text, int maxPiece)
    {
        _transfer = TransferDecoder.For(content.TransferEncoding);
        _charset = content.Charset.Length == 0 ? null : Charsets.Find(content.Charset).GetDecoder();
        _html = content.MediaType == "text/html" ? new HtmlText(text) : null;
        _text = text;
        _octets = new byte[maxPiece + TransferDecoder.MaxHeld];
        _chars = new char[_octets.Length + 4];
        text.Begin(content.MediaType == "text/plain");
    }

    /// <summary>Takes a piece of a line, with its line end where it has one.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (_heldReturn && _heldLineEnd == 1 && piece.SequenceEqual("\n"u8))
        {
            _heldLineEnd = 2;
            return;
        }

        ReleaseLineEnd();
        var end = piece.EndsWith("\r\n"u8) ? 2 : piece[^1] is (byte)'\n' or (byte)'\r' ? 1 : 0;
        _heldLineEnd = end;
        _heldReturn = end == 2 || (end == 1 && piece[^1] == (byte)'\r');
        Decode(piece[..^end]);
    }

    /// <summary>Ends the part; at a boundary, its last line end is the boundary's.</summary>
    public void Finish(bool isAtBoundary)
    {
        if (!isAtBoundary) ReleaseLineEnd();
        Read(_octets.AsSpan(0, _transfer.Finish(_octets)), isEnd: true);
        _html?.Finish();
        _text.End();
    }

    private void ReleaseLineEnd()
    {
        if (_heldLineEnd > 0) Decode(_heldLineEnd == 2 ? "\r\n"u8 : _heldReturn ? "\r"u8 : "\n"u8);
        _heldLineEnd = 0;
    }

    private void Decode(ReadOnlySpan<byte> piece) => Read(_octets.AsSpan(0, _transfer.Decode(piece, _octets)), isEnd: false);

    private void Read(ReadOnlySpan<byte> octets, bool isEnd)
    {
        if (_charset is null)
        {
            var length = _guess.Decode(octets, _chars);
            if (isEnd) length += _guess.Finish(_chars.AsSpan(length));
            Show(_chars.AsSpan(0, length));
            return;
        }

        bool isDone;
        do
        {
            _charset.Convert(octets, _chars, isEnd, out var used, out var written, out isDone);
            Show(_chars.AsSpan(0, written));
            octets = octets[used..];
        }
        while (!isDone);
    }

    private void Show(ReadOnlySpan<char> chars)
    {
        if (_html is null) _text.Write(chars);
        else _html.Write(chars);
    }
}
