namespace Merpati.Mail.Mime;

/// <summary>
/// Stands before the sink and passes on what is told, but for alternatives that are not decided (RFC 2046 §5.1.4): from the first HTML of one on, text and attachments are
/// held in order. Plain text of a later branch takes the place of the text; when the alternative ends, or more would be held than there is room for, the HTML is told.
/// It also begins each part on a line of its own: what stands before it is known only here.
/// </summary>
internal sealed class HeldAlternative
{
    private const int MaxHeld = 64 * 1024; // characters, of attachments too

    private readonly IReadableMessageSink _sink;
    private readonly List<OpenMultipart> _open;
    private readonly List<Piece> _held = [];
    private int _heldLength;
    private bool _isHolding;
    private bool _isPlain; // the part that is being read
    private bool _isPartBegun; // whether it has text
    private bool _isPassedOver; // for the rest of the part
    private int _partFrom;
    private bool _isInLine; // whether the last character told is no LF

    /// <summary>Passes on to the sink what is decided by these multiparts, of which the last is the innermost.</summary>
    public HeldAlternative(IReadableMessageSink sink, List<OpenMultipart> open)
    {
        _sink = sink;
        _open = open;
    }

    /// <summary>Begins a part of text.</summary>
    public void BeginText(bool isPlain)
    {
        (_isPlain, _isPartBegun, _isPassedOver, _partFrom) = (isPlain, false, false, _held.Count);
        _isHolding |= !isPlain && _open.Exists(multipart => multipart.IsUndecided);
    }

    /// <summary>The part shows more than blanks; told before the text that does.</summary>
    public void ShowText()
    {
        if (_isPassedOver) return;
        if (!_isPlain)
        {
            foreach (var multipart in _open) multipart.ShowProvisionally(_partFrom);
            _isHolding = _open.Exists(multipart => multipart.IsProvisional);
            return;
        }

        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i] is { IsProvisional: true, LaterFrom: { } later }) DropText(_open[i].ShownFrom, later);
            _open[i].Decide();
        }

        Release();
    }

    /// <summary>Takes the next text of the part.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        if (_isHolding && _heldLength + text.Length > MaxHeld) DecideForHtml();
        if (_isPassedOver) return;
        if (_isHolding) Hold(new Piece(text.ToString(), !_isPartBegun, null));
        else Tell(text, !_isPartBegun);
        _isPartBegun = true;
    }

    /// <summary>Ends the part.</summary>
    public void EndText() => ReleaseDecided();

    public void Attachment(AttachmentHeader attachment)
    {
        var piece = new Piece("", false, attachment);
        if (_isHolding && _heldLength + piece.Length > MaxHeld) DecideForHtml();
        if (_isHolding) Hold(piece);
        else _sink.Attachment(attachment);
    }

    /// <summary>Begins the next part of a multipart, in an alternative the next branch.</summary>
    public void BeginPart(OpenMultipart parent)
    {
        DropLater(parent);
        parent.BeginPart(_held.Count);
    }

    /// <summary>Ends the multiparts from this one inwards.</summary>
    public void End(int first)
    {
        for (var i = _open.Count - 1; i >= first; i--) DropLater(_open[i]);
        _open.RemoveRange(first, _open.Count - first);
        ReleaseDecided();
    }

    private void DecideForHtml()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (!_open[i].IsProvisional) continue;
            DropLater(_open[i]);
            _open[i].DecideForFirst();
            _isPassedOver |= _open[i].IsShown;
        }

        Release();
    }

    // Of a branch that is over, or can no longer win: the first choice is another.
    private void DropLater(OpenMultipart multipart)
    {
        if (multipart is { IsProvisional: true, LaterFrom: { } later }) DropText(later, _held.Count);
    }

    // The places behind these change: of inner multiparts, which have been seen to before.
    private void DropText(int from, int end)
    {
        var kept = from;
        for (var i = from; i < end; i++)
        {
            if (_held[i].Attachment is null) _heldLength -= _held[i].Length;
            else _held[kept++] = _held[i];
        }

        _held.RemoveRange(kept, end - kept);
    }

    private void Hold(Piece piece)
    {
        _held.Add(piece);
        _heldLength += piece.Length;
    }

    private void ReleaseDecided()
    {
        if (_isHolding && !_open.Exists(multipart => multipart.IsProvisional)) Release();
    }

    private void Release()
    {
        foreach (var piece in _held)
        {
            if (piece.Attachment is not null) _sink.Attachment(piece.Attachment);
            else Tell(piece.Text, piece.BeginsPart);
        }

        _held.Clear();
        (_heldLength, _partFrom, _isHolding) = (0, 0, false);
    }

    private void Tell(ReadOnlySpan<char> text, bool beginsPart)
    {
        if (beginsPart && _isInLine) _sink.Text("\n");
        _sink.Text(text);
        _isInLine = text[^1] != '\n';
    }

    private readonly record struct Piece(string Text, bool BeginsPart, AttachmentHeader? Attachment)
    {
        public int Length => Text.Length + (Attachment is null ? 0 : Attachment.Name.Length + Attachment.MediaType.Length);
    }
}
