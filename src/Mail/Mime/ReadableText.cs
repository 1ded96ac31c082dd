namespace Merpati.Mail.Mime;

/// <summary>The plain text of a message on its way to the sink: line ends become LF, and a part begins on a line of its own.</summary>
internal sealed class ReadableText
{
    private const int Room = 1024;

    private readonly IReadableMessageSink _sink;
    private readonly char[] _held = new char[Room];
    private int _heldLength;
    private bool _afterReturn;
    private bool _isInLine; // whether the last character told is no LF
    private bool _isPartBegun;

    public ReadableText(IReadableMessageSink sink) => _sink = sink;

    /// <summary>Whether the part has shown more than blanks.</summary>
    public bool IsVisible { get; private set; }

    /// <summary>Begins a part.</summary>
    public void Begin()
    {
        (IsVisible, _isPartBegun, _afterReturn) = (false, false, false);
    }

    /// <summary>Takes the next characters of the part.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!_isPartBegun)
            {
                _isPartBegun = true;
                if (_isInLine) Put('\n');
                if (c == '\uFEFF') continue; // a byte order mark
            }

            switch (c)
            {
                case '\n' when _afterReturn:
                    _afterReturn = false;
                    continue;
                case '\r' or '\n':
                    _afterReturn = c == '\r';
                    Put('\n');
                    continue;
            }

            _afterReturn = false;
            IsVisible |= !char.IsWhiteSpace(c);
            Put(c);
        }
    }

    /// <summary>Hands on what is held.</summary>
    public void Flush()
    {
        if (_heldLength > 0) _sink.Text(_held.AsSpan(0, _heldLength));
        _heldLength = 0;
    }

    private void Put(char c)
    {
        // The two halves of a pair stay together.
        if (_heldLength >= Room - 1 && !char.IsLowSurrogate(c)) Flush();
        _held[_heldLength++] = c;
        _isInLine = c != '\n';
        if (_heldLength == Room) Flush();
    }
}
