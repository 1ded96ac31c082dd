using System.Text;
using Merpati.Host.Cli.Talking;

namespace Merpati.Host.Tests.Talking;

/// <summary>The line that is edited fits its row, and the cursor stands where it should.</summary>
public sealed class EditViewTests
{
    [Theory]
    [InlineData("", 0, "> ", 2)]
    [InlineData("abc", 1, "> abc", 3)]
    [InlineData("abcdefg", 7, "> abcdefg", 9)]
    [InlineData("abcdefgh", 0, "> abcdefg", 2)]
    [InlineData("abcdefgh", 8, "> bcdefgh", 9)]
    [InlineData("\u4e16\u754cx", 1, "> \u4e16\u754cx", 4)]
    [InlineData("\u4e16\u754c\u4e16\u754c\u4e16", 5, "> \u4e16\u754c\u4e16", 8)]
    [InlineData("e\u0301e\u0301", 4, "> e\u0301e\u0301", 4)]
    public void ShowsThePartAroundTheCursor(string text, int cursor, string row, int column)
    {
        var drawn = EditView.Draw("> ", text, cursor, width: 10);
        Assert.Equal($"\r{row}\u001b[K\r\u001b[{column}C", drawn);
    }

    [Fact]
    public void NeverWrapsWhateverIsTyped()
    {
        var text = string.Concat(Enumerable.Repeat("a\u4e16e\u0301\U0001F600", 20));
        for (var cursor = 0; cursor <= text.Length; cursor++)
        {
            if (cursor < text.Length && !Rune.TryGetRuneAt(text, cursor, out _)) continue;
            var drawn = EditView.Draw("smtp> ", text, cursor, width: 24);
            var row = drawn[1..drawn.IndexOf('\u001b', StringComparison.Ordinal)];
            Assert.InRange(CellWidth.Of(row), 6, 23);
            var column = int.Parse(drawn[(drawn.LastIndexOf('[') + 1)..^1], System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(column, 6, 23);
        }
    }

    [Fact]
    public void ANarrowTerminalIsNoReasonToFail() => Assert.NotEmpty(EditView.Draw("pop3/tls> ", "LIST", 4, width: 1));

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("\u4e16\u754c", 4)]
    [InlineData("\uff21", 2)]
    [InlineData("\U0001F600", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("\u0418\u0432\u0430\u043d", 4)]
    [InlineData("\u200d", 0)]
    public void CountsCells(string text, int cells) => Assert.Equal(cells, CellWidth.Of(text));
}
