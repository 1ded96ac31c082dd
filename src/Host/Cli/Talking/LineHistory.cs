namespace Merpati.Host.Cli.Talking;

/// <summary>The lines that were entered before, the last 500 of one session. It is kept nowhere else.</summary>
internal sealed class LineHistory
{
    private const int MaxLines = 500;

    private readonly List<string> _lines = [];
    private int _place;
    private string _unfinished = "";

    /// <summary>Adds a line, unless it is empty or the same as the last, and goes back to the end.</summary>
    public void Add(string line)
    {
        if (line.Length > 0 && (_lines.Count == 0 || _lines[^1] != line)) _lines.Add(line);
        if (_lines.Count > MaxLines) _lines.RemoveAt(0);
        Rewind();
    }

    /// <summary>Goes to the end, where the line is that is being typed.</summary>
    public void Rewind() => (_place, _unfinished) = (_lines.Count, "");

    /// <summary>The line before; null when there is none. What is being typed is kept for the way back.</summary>
    public string? Back(string typed)
    {
        if (_place == 0) return null;
        if (_place == _lines.Count) _unfinished = typed;
        return _lines[--_place];
    }

    /// <summary>The line after; null when there is none.</summary>
    public string? Forth()
    {
        if (_place == _lines.Count) return null;
        return ++_place == _lines.Count ? _unfinished : _lines[_place];
    }
}
