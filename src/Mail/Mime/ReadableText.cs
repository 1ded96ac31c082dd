namespace Merpati.Mail.Mime;

/// <summary>The plain text of a message on its way to the sink: line ends become LF, and a byte order mark goes.</summary>
internal sealed class ReadableText
{
    private const int Room = 1024;

    private readonly HeldAlternative _told;
    private readonly char[] _held = new char[Room];
    private int _heldLength;
    private bool _afterReturn;
    private bool _isPartBegun;
    private bool _isVisible; // whether the part has shown more than blanks

    public ReadableText(HeldAlternative told) => _told = told;

    /// <summary>Begins a part.</summary>
    public void Begin(bool isPlain)
    {
        (_isVisible, _isPartBegun, _afterReturn) = (false, false, false);
        _told.BeginText(isPlain);
    }

    /// <summary>Takes the next characters of the part.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!_isPartBegun)
            {
                _isPartBegun = true;
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
            if (!_isVisible && !char.IsWhiteSpace(c))
            {
                _isVisible = true;
                _told.ShowText();
            }

            Put(c);
        }
    }

    /// <summary>Ends the part.</summary>
    public void End()
    {
        Flush();
        _told.EndText();
    }

    private void Flush()
    {
        if (_heldLength > 0) _told.Text(_held.AsSpan(0, _heldLength));
        _heldLength = 0;
    }

    private void Put(char c)
    {
        // The two halves of a pair stay together.
        if (_heldLength >= Room - 1 && !char.IsLowSurrogate(c)) Flush();
        _held[_heldLength++] = c;
        if (_heldLength == Room) Flush();
    }
}
