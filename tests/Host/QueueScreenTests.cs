using System.Globalization;
using Merpati.Host.Cli;
using Merpati.Storage.Queue;

namespace Merpati.Host.Tests;

/// <summary>The pictures of <c>queue watch</c>.</summary>
public sealed class QueueScreenTests
{
    private static readonly DateTimeOffset Noon = new(2020, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void OnATerminalAPictureIsDrawnOverTheLastAndNeverWrapped()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using (var screen = new QueueScreen(output, isTerminal: true))
        {
            screen.Show(Picture(new QueueCount("away.example", "450 " + new string('x', 300), 12, Noon.AddHours(-2))), rows: 10, width: 40);
            Assert.StartsWith("\u001b[?1049h\u001b[H", output.ToString(), StringComparison.Ordinal);
            screen.Show(Picture(), rows: 10, width: 40);
        }

        var text = output.ToString();
        Assert.EndsWith("\u001b[J\u001b[?1049l", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("\u001b[H").Length - 1);
        foreach (var line in text.Split('\n')[..^1])
        {
            Assert.EndsWith("\u001b[K", line, StringComparison.Ordinal);
            Assert.InRange(line[(line.LastIndexOf("\u001b[H", StringComparison.Ordinal) is var home && home >= 0 ? home + 3 : line.LastIndexOf("\u001b[J", StringComparison.Ordinal) + 1)..^3].Length, 1, 40);
        }

        Assert.Contains("  0 recipients (-12)\u001b[K", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ElsewhereThereIsNothingThatATerminalWouldObey()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using (var screen = new QueueScreen(output, isTerminal: false))
        {
            screen.Show(Picture(new QueueCount("away.\u001bexample", "450-\u001b[2J\n450 x", 3, Noon.AddMinutes(-5)), new QueueCount("b", "", 2, Noon), new QueueCount("c", "", 1, Noon)), rows: 2, width: 10);
        }

        Assert.Equal(
            "2020-01-01 12:00:00Z  6 recipients for 3 destinations\n"
            + "recipients  oldest  destination         reply\n"
            + "         3   5m00s  away.\\u001bexample  450-\\u001b[2J 450 x\n"
            + "         2      0s  b                   (not tried yet)\n"
            + "and 1 more\n\n",
            output.ToString());
    }

    [Fact]
    public void WhatMayBeMoreIsCalledAtLeast()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var screen = new QueueScreen(output, isTerminal: false);
        screen.Show(new QueuePicture([new QueueCount("a", "", 1, Noon)], IsPart: true, Noon), rows: 2, width: 10);
        Assert.Contains("at least 1 recipient for 1 destination", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("2H", 7_200)]
    [InlineData("3d", 259_200)]
    public void SpansOfTimeAreRead(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), QueueDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("2")]
    [InlineData("0s")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("2w")]
    [InlineData("36501d")]
    [InlineData("99999999999999999999d")]
    public void WhatIsNoSpanOfTimeIsWrongUsage(string text) => Assert.Equal(ExitStatus.WrongUsage, Assert.Throws<CommandFailure>(() => QueueDuration.Parse(text)).Status);

    private static QueuePicture Picture(params QueueCount[] counts) => new(counts, IsPart: false, Noon);
}
