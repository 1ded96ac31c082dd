using System.Globalization;
using System.Text;

namespace Merpati.Host.Cli.Talking;

/// <summary>What a key came to.</summary>
internal enum EditResult
{
    /// <summary>The line, or the place in it, may have changed.</summary>
    Edited,

    /// <summary>Nothing: the line is as long as it may be.</summary>
    Full,

    /// <summary>The line is done.</summary>
    Entered,

    /// <summary>Ctrl-D on an empty line: there is no more.</summary>
    Ended,

    /// <summary>Ctrl-C.</summary>
    Broken,

    /// <summary>Tab: what stands before the cursor is to be completed, or <see cref="LineEditor.InsertTab"/> where nothing is.</summary>
    Complete,

    /// <summary>Ctrl-L: the screen is to be wiped.</summary>
    Wipe,
}

/// <summary>
/// One line as it is edited by keys: arrows, Home and End, Backspace and Delete, Ctrl-A, -B, -E, -F (move), -K, -U, -W (cut), -Y (put back),
/// -N, -P (history). It moves by what a reader takes for one character, and holds <see cref="MaxLength"/> at most.
/// </summary>
internal sealed class LineEditor
{
    /// <summary>The longest line, in UTF-16 units. What comes past it is not taken.</summary>
    public const int MaxLength = 16 * 1024;

    private readonly StringBuilder _text = new();
    private readonly LineHistory? _history;
    private string _cut = "";
    private char _high;

    /// <summary>An empty line, with a history to walk in.</summary>
    public LineEditor(LineHistory? history) => _history = history;

    /// <summary>The line.</summary>
    public string Text => _text.ToString();

    /// <summary>Before which UTF-16 unit the cursor stands.</summary>
    public int Cursor { get; private set; }

    /// <summary>Takes a key.</summary>
    public EditResult Press(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow: return Move(Before());
            case ConsoleKey.RightArrow: return Move(After());
            case ConsoleKey.Home: return Move(0);
            case ConsoleKey.End: return Move(_text.Length);
            case ConsoleKey.UpArrow: return Replace(_history?.Back(Text));
            case ConsoleKey.DownArrow: return Replace(_history?.Forth());
            case ConsoleKey.Delete: return Cut(Cursor, After(), keep: false);
            case ConsoleKey.Backspace: return Cut(Before(), Cursor, keep: false);
            case ConsoleKey.Enter: return EditResult.Entered;
            case ConsoleKey.Tab: return EditResult.Complete;
            default: return PressCharacter(key);
        }
    }

    /// <summary>Puts a text in the place of what stands before the cursor.</summary>
    public void ReplaceBefore(string text)
    {
        if (_text.Length - Cursor + text.Length > MaxLength) return;
        _text.Remove(0, Cursor).Insert(0, text);
        Cursor = text.Length;
    }

    /// <summary>Puts a Tab before the cursor, as a character like any other.</summary>
    public EditResult InsertTab() => Insert("\t");

    private EditResult PressCharacter(ConsoleKeyInfo key) => key.KeyChar switch
    {
        '\r' or '\n' => EditResult.Entered,
        '\t' => EditResult.Complete,
        '\b' or '\u007f' => Cut(Before(), Cursor, keep: false),
        '\u0001' => Move(0), // Ctrl-A and so on
        '\u0002' => Move(Before()),
        '\u0003' => EditResult.Broken,
        '\u0004' => _text.Length == 0 ? EditResult.Ended : Cut(Cursor, After(), keep: false),
        '\u0005' => Move(_text.Length),
        '\u0006' => Move(After()),
        '\u000b' => Cut(Cursor, _text.Length, keep: true),
        '\u000c' => EditResult.Wipe,
        '\u000e' => Replace(_history?.Forth()),
        '\u0010' => Replace(_history?.Back(Text)),
        '\u0015' => Cut(0, Cursor, keep: true),
        '\u0017' => Cut(WordStart(), Cursor, keep: true),
        '\u0019' => Insert(_cut),
        _ when key.Modifiers.HasFlag(ConsoleModifiers.Alt) || char.IsControl(key.KeyChar) => EditResult.Edited,
        _ => InsertUnit(key.KeyChar),
    };

    // A terminal gives a character beyond the first plane in two halves.
    private EditResult InsertUnit(char unit)
    {
        if (char.IsHighSurrogate(unit))
        {
            _high = unit;
            return EditResult.Edited;
        }

        if (!char.IsLowSurrogate(unit)) return Insert(unit.ToString());
        var high = _high;
        _high = '\0';
        return high == '\0' ? EditResult.Edited : Insert(new string([high, unit]));
    }

    private EditResult Insert(string text)
    {
        if (_text.Length + text.Length > MaxLength) return EditResult.Full;
        _text.Insert(Cursor, text);
        Cursor += text.Length;
        return EditResult.Edited;
    }

    private EditResult Move(int cursor)
    {
        Cursor = cursor;
        return EditResult.Edited;
    }

    private EditResult Cut(int from, int to, bool keep)
    {
        if (from >= to) return EditResult.Edited;
        if (keep) _cut = _text.ToString(from, to - from);
        _text.Remove(from, to - from);
        return Move(from);
    }

    private EditResult Replace(string? text)
    {
        if (text is null) return EditResult.Edited;
        _text.Clear().Append(text);
        return Move(_text.Length);
    }

    private int After() => Cursor == _text.Length ? Cursor : Cursor + StringInfo.GetNextTextElementLength(_text.ToString(Cursor, _text.Length - Cursor));

    private int Before()
    {
        var before = 0;
        var text = _text.ToString(0, Cursor).AsSpan();
        for (var at = 0; at < Cursor; at += StringInfo.GetNextTextElementLength(text[at..])) before = at;
        return before;
    }

    private int WordStart()
    {
        var start = Cursor;
        while (start > 0 && _text[start - 1] is ' ' or '\t') start--;
        while (start > 0 && _text[start - 1] is not (' ' or '\t')) start--;
        return start;
    }
}
