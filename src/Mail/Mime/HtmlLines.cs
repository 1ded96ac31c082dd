namespace Merpati.Mail.Mime;

/// <summary>Lays out the characters of HTML in lines: runs of blanks are one, no line begins with one, and no two empty lines follow each other.</summary>
internal sealed class HtmlLines
{
    private const int MaxBlanks = 80; // kept of a run of them

    private static readonly string Blanks = new(' ', MaxBlanks);

    private readonly ReadableText _text;
    private int _breaks; // asked for since the last character
    private int _blanks; // asked for since the last character
    private bool _isBegun;

    public HtmlLines(ReadableText text) => _text = text;

    /// <summary>Whether blanks and line ends stay as they stand.</summary>
    public bool KeepsBlanks { get; set; }

    public void Put(char c)
    {
        if (char.IsWhiteSpace(c))
        {
            if (KeepsBlanks && c == '\n') Break();
            else _blanks = KeepsBlanks ? Math.Min(_blanks + 1, MaxBlanks) : 1;
            return;
        }

        // Blanks at the beginning of a line are shown only where they are kept.
        if (_isBegun && _breaks > 0) _text.Write("\n\n".AsSpan(0, _breaks));
        else if (_isBegun && !KeepsBlanks && _blanks > 0) _text.Write(" ");
        if (KeepsBlanks) _text.Write(Blanks.AsSpan(0, _blanks));
        (_breaks, _blanks, _isBegun) = (0, 0, true);
        _text.Write([c]);
    }

    /// <summary>The next character is in a new line, also where the line is empty.</summary>
    public void Break() => Ask(Math.Min(_breaks + 1, 2));

    /// <summary>The next character is at the beginning of a line.</summary>
    public void Begin() => Ask(Math.Max(_breaks, 1));

    /// <summary>The next character is after an empty line.</summary>
    public void Paragraph() => Ask(2);

    /// <summary>Ends the last line.</summary>
    public void Finish()
    {
        if (_isBegun) _text.Write("\n");
    }

    private void Ask(int breaks) => (_breaks, _blanks) = (breaks, 0);
}
