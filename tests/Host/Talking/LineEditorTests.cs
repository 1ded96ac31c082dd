using Merpati.Host.Cli.Talking;

namespace Merpati.Host.Tests.Talking;

/// <summary>A line is edited by keys as people are used to.</summary>
public sealed class LineEditorTests
{
    private readonly LineHistory _history = new();

    [Theory]
    [InlineData("abc", "abc|")]
    [InlineData("abc\u0001X", "X|abc")]
    [InlineData("abc\u0001\u0006X\u0005Y", "aXbcY|")]
    [InlineData("abc\u0002\u0002\u000b", "a|")]
    [InlineData("abc\u0002\u0015", "|c")]
    [InlineData("one two  \u0017", "one |")]
    [InlineData("one two\u0017\u0017", "|")]
    [InlineData("one two\u0017\u0001\u0019", "two|one ")]
    [InlineData("abc\b\u007f", "a|")]
    [InlineData("abc\u0001\u0004", "|bc")]
    [InlineData("a\u001bb\u0007c\0d", "abcd|")]
    [InlineData("\b\u007f\u0002\u0017\u0015\u000b", "|")]
    public void ObeysControlKeys(string typed, string expected) => Assert.Equal(expected, State(Type(typed)));

    [Fact]
    public void ObeysArrowsAndItsNeighbours()
    {
        var editor = Type("abcd");
        Press(editor, ConsoleKey.LeftArrow, ConsoleKey.LeftArrow);
        Assert.Equal("ab|cd", State(editor));
        Press(editor, ConsoleKey.Delete);
        Assert.Equal("ab|d", State(editor));
        Press(editor, ConsoleKey.Home, ConsoleKey.LeftArrow);
        Assert.Equal("|abd", State(editor));
        Press(editor, ConsoleKey.RightArrow, ConsoleKey.Backspace);
        Assert.Equal("|bd", State(editor));
        Press(editor, ConsoleKey.End, ConsoleKey.RightArrow, ConsoleKey.Delete);
        Assert.Equal("bd|", State(editor));
    }

    [Fact]
    public void MovesByWhatAReaderTakesForACharacter()
    {
        var editor = Type("e\u0301\U0001F600x"); // e with an accent of its own, and a picture in two halves
        Press(editor, ConsoleKey.LeftArrow, ConsoleKey.LeftArrow);
        Assert.Equal("e\u0301|\U0001F600x", State(editor));
        Press(editor, ConsoleKey.Delete);
        Assert.Equal("e\u0301|x", State(editor));
        Press(editor, ConsoleKey.Backspace);
        Assert.Equal("|x", State(editor));
    }

    [Fact]
    public void HalfACharacterIsNone() => Assert.Equal("ab|", State(Type("a\uDE00b")));

    [Fact]
    public void TellsWhatIsNotEditing()
    {
        Assert.Equal(EditResult.Entered, new LineEditor(null).Press(FakeTerminal.Key('\r')));
        Assert.Equal(EditResult.Ended, new LineEditor(null).Press(FakeTerminal.Key('\u0004')));
        Assert.Equal(EditResult.Broken, Type("abc").Press(FakeTerminal.Key('\u0003')));
        Assert.Equal(EditResult.Complete, new LineEditor(null).Press(FakeTerminal.Key('\t')));
        Assert.Equal(EditResult.Wipe, new LineEditor(null).Press(FakeTerminal.Key('\u000c')));
    }

    [Fact]
    public void WalksInTheHistoryAndBackToWhatWasBeingTyped()
    {
        foreach (var line in new[] { "one", "two", "two", "" }) _history.Add(line);
        var editor = Type("thr");
        Press(editor, ConsoleKey.UpArrow);
        Assert.Equal("two|", State(editor));
        Press(editor, ConsoleKey.UpArrow, ConsoleKey.UpArrow);
        Assert.Equal("one|", State(editor));
        Press(editor, ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.DownArrow);
        Assert.Equal("thr|", State(editor));
        editor.Press(FakeTerminal.Key('\u0010'));
        Assert.Equal("two|", State(editor));
        editor.Press(FakeTerminal.Key('\u000e'));
        Assert.Equal("thr|", State(editor));
    }

    [Fact]
    public void HistoryAndLineAreBounded()
    {
        for (var i = 0; i < 600; i++) _history.Add($"{i}");
        var editor = new LineEditor(_history);
        for (var i = 0; i < 600; i++) Press(editor, ConsoleKey.UpArrow);
        Assert.Equal("100|", State(editor));

        editor = Type(new string('x', LineEditor.MaxLength + 10));
        Assert.Equal(LineEditor.MaxLength, editor.Text.Length);
        editor.ReplaceBefore(new string('y', LineEditor.MaxLength + 1));
        Assert.DoesNotContain('y', editor.Text);
    }

    private static string State(LineEditor editor) => editor.Text.Insert(editor.Cursor, "|");

    private static void Press(LineEditor editor, params ConsoleKey[] keys)
    {
        foreach (var key in keys) editor.Press(FakeTerminal.Key(key));
    }

    private LineEditor Type(string text)
    {
        var editor = new LineEditor(_history);
        foreach (var character in text) editor.Press(FakeTerminal.Key(character));
        return editor;
    }
}
