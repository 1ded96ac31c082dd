using Merpati.Host.Cli;
using Merpati.Host.Cli.Fetching;
using Merpati.Mail.Mime;
using Merpati.Pop3.Client;

namespace Merpati.Host.Tests.Fetching;

/// <summary>What is written for a terminal fits its lines: one that wraps cannot be written over, and a table that does cannot be read.</summary>
public sealed class ScreenWidthTests
{
    private const string Detail = "1 of 3 messages, 504.2 kB of 1200.2 kB";

    [Theory]
    [InlineData(120, "saving [###############...............]  50 %  00:09 left 1 of 3 messages, 504.2 kB of 1200.2 kB")]
    [InlineData(79, "saving [######.......]  50 %  00:09 left 1 of 3 messages, 504.2 kB of 1200.2 kB")]
    [InlineData(75, "saving [###############...............]  50 %  00:09 left 1 of 3 messages")]
    [InlineData(60, "saving [########.........]  50 %  00:09 left 1 of 3 messages")]
    [InlineData(50, "saving [###########............]  50 %  00:09 left")]
    [InlineData(30, "saving [#####.....]  50 %  00:")]
    [InlineData(0, "")]
    public void ProgressTakesOneLineOfATerminal(int columns, string expected) => Assert.Equal(expected, ProgressText.Line("saving", 0.5, TimeSpan.FromSeconds(9), Detail, columns));

    [Theory]
    [InlineData(0.5, 59 * 60, "  59:00 left")]
    [InlineData(0.5, 75 * 60, "  1:15:00 left")]
    [InlineData(0.02, 3 * 3600, "  147:00:00 left")]
    [InlineData(0.001, 1, "  00:00 left")]
    public void WhatIsLeftIsToldInHoursToo(double share, int elapsed, string expected) =>
        Assert.EndsWith(expected, ProgressText.Line("saving", share, TimeSpan.FromSeconds(elapsed), "", 200), StringComparison.Ordinal);

    [Theory]
    [InlineData(80, 12)]
    [InlineData(80, 70)]
    [InlineData(70, 20)]
    [InlineData(100, 12)]
    [InlineData(200, 70)]
    public void AListFitsTheTerminal(int columns, int idLength)
    {
        var entry = new Pop3Entry(3, 411_342, new string('i', idLength), HasBadUniqueId: false);
        var lines = Table(entry, columns).TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.True(line.Length < columns, line));
        Assert.Matches("^     3  411342  .{16}  Somebo.*  The fi.*  iiiiiiii", lines[1]);
    }

    [Fact]
    public void WhereTheWidthIsNotKnownAListIsAsWideAsIsGoodToRead()
    {
        var id = new string('i', 70);
        var line = Table(new Pop3Entry(3, 411_342, id, HasBadUniqueId: false), null).TrimEnd().Split('\n')[1];
        Assert.EndsWith($"  Somebody with a long name\u2026  {"The figures of October, and some words more than th\u2026"[..47]}\u2026  {id}", line, StringComparison.Ordinal);
    }

    private static string Table(Pop3Entry entry, int? columns)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var table = MessageTable.Create(output, json: false, [entry], hasHeaders: true, columns);
        table.Begin();
        table.Row(entry, new ReadableHeader { From = "Somebody with a long name <somebody@example.org>", Subject = "The figures of October, and some words more than there is room for" });
        table.End();
        return output.ToString();
    }
}
