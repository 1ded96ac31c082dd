using System.Buffers;

namespace Merpati.Mail.Mime;

/// <summary>
/// Reads a message (RFC 5322) with MIME (RFC 2045 to 2047, RFC 2231, RFC 2183, RFC 6532) as its octets come, lines ending in CRLF or LF, and tells a sink what
/// a person reads of it: the header, the text, the names of attachments. Of multipart/alternative the first branch that shows plain text is told, and where there is
/// none the first that shows something (RFC 2046 §5.1.4); attachments are told of all. HTML becomes plain text; a message inside of the message is an attachment.
/// What is malformed is text; no message makes it throw, and what it keeps is bounded: 200 kB of header fields, 64 kB of a multipart without parts, 64 Ki characters
/// of an alternative in HTML that plain text may follow (past that the HTML is told and the plain text is not), 32 parts inside of each other (a deeper one is told as
/// an attachment), 2000 parts in all (those after are passed over).
/// </summary>
public sealed class MessageReader
{
    private const int MaxPiece = 2048; // octets of a line that are looked at together
    private const int MaxDepth = 32;
    private const int MaxParts = 2000;
    private const int MaxUnparted = 64 * 1024; // octets

    private readonly IReadableMessageSink _sink;
    private readonly HeldAlternative _told;
    private readonly ReadableText _text;
    private readonly List<OpenMultipart> _open = [];
    private readonly byte[] _line = new byte[MaxPiece];
    private int _lineLength;
    private bool _isLineStart = true;
    private MessageHeader? _header = new(); // until it is told
    private Messages.HeaderFields? _content; // of the header that is being read
    private TextPart? _part; // that is being read
    private int _parts;
    private ArrayBufferWriter<byte>? _unparted = new(); // of a multipart whose boundary has not come yet

    /// <summary>Reads a message for the sink.</summary>
    public MessageReader(IReadableMessageSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _sink = sink;
        _told = new HeldAlternative(sink, _open);
        _text = new ReadableText(_told);
        _content = _header.Content;
    }

    /// <summary>Takes the next octets of the message, as many or as few as there are: the same is told however they are cut.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var room = MaxPiece - _lineLength;
            var lineFeed = octets[..Math.Min(octets.Length, room)].IndexOf((byte)'\n');
            if (lineFeed < 0 && octets.Length < room)
            {
                octets.CopyTo(_line.AsSpan(_lineLength));
                _lineLength += octets.Length;
                return;
            }

            var taken = octets[..(lineFeed < 0 ? room : lineFeed + 1)];
            octets = octets[taken.Length..];
            if (_lineLength == 0)
            {
                ReadPiece(taken);
                continue;
            }

            taken.CopyTo(_line.AsSpan(_lineLength));
            var length = _lineLength + taken.Length;
            _lineLength = 0;
            ReadPiece(_line.AsSpan(0, length));
        }
    }

    /// <summary>Ends the message; to be called once, after the last octet.</summary>
    public void Complete()
    {
        if (_lineLength > 0) ReadPiece(_line.AsSpan(0, _lineLength));
        _lineLength = 0;
        EndPart(isAtBoundary: false);
        if (_unparted is { WrittenCount: > 0 }) ShowUnparted(_unparted.WrittenSpan);
        _told.End(0);
    }

    private void ReadPiece(ReadOnlySpan<byte> piece)
    {
        var isLineStart = _isLineStart;
        _isLineStart = piece[^1] == (byte)'\n';
        if (isLineStart && _open.Count > 0 && piece.StartsWith("--"u8) && ReadBoundary(piece[2..].TrimEnd(" \t\r\n"u8))) return;
        if (_content is null)
        {
            if (_part is not null) _part.Append(piece);
            else if (_open.Count > 0 && _unparted is not null && _unparted.WrittenCount + piece.Length <= MaxUnparted) _unparted.Write(piece);
            return;
        }

        if (_header is not null) _header.Append(piece);
        else _content.Append(piece);
        if (_content.IsFinished) BeginBody();
    }

    // RFC 2046 §5.1.2: the boundary of an outer multipart ends the inner ones too.
    private bool ReadBoundary(ReadOnlySpan<byte> text)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            var isEnd = text.EndsWith("--"u8) && _open[i].HasBoundary(text[..^2]);
            if (!isEnd && !_open[i].HasBoundary(text)) continue;
            _unparted = null;
            EndPart(isAtBoundary: true);
            _told.End(isEnd ? i : i + 1);
            if (!isEnd) BeginPart(_open[i]);
            return true;
        }

        return false;
    }

    private void BeginPart(OpenMultipart parent)
    {
        _told.BeginPart(parent);
        _content = ++_parts > MaxParts ? null : ContentHeader.Watch();
    }

    private void BeginBody()
    {
        var content = ContentHeader.Read(_content!, _open.Count > 0 && _open[^1].IsDigest);
        _content = null;
        if (_header is not null)
        {
            _sink.Header(_header.ToReadable());
            _header = null;
        }

        if (content.IsMultipart && _open.Count < MaxDepth)
        {
            _open.Add(new OpenMultipart(content));
        }
        else if (!content.IsText || content.IsMultipart)
        {
            _told.Attachment(new AttachmentHeader(content.Name, content.MediaType));
        }
        else if (!_open.Exists(multipart => multipart.IsShown))
        {
            _part = new TextPart(content, _text, MaxPiece);
        }
    }

    // A multipart whose boundary never comes has no parts: what would be its preamble is all that there is to read.
    private void ShowUnparted(ReadOnlySpan<byte> octets)
    {
        _part = new TextPart(new ContentHeader(), _text, MaxPiece);
        for (; !octets.IsEmpty; octets = octets[Math.Min(MaxPiece, octets.Length)..]) _part.Append(octets[..Math.Min(MaxPiece, octets.Length)]);
        EndPart(isAtBoundary: false);
    }

    private void EndPart(bool isAtBoundary)
    {
        if (_content is not null)
        {
            // The header is all there is.
            if (_header is not null) _header.Finish();
            else _content.Finish();
            BeginBody();
        }

        _part?.Finish(isAtBoundary);
        _part = null;
    }
}
