using Merpati.Host.Cli.Demo;

namespace Merpati.Host.Tests.Dialogues;

/// <summary>What a show looks like, and how whoever watches it goes through it.</summary>
public sealed class DemoShowTests
{
    private const string Text =
        """
        # A title

        He says `EHLO` and goes, see [the page](page.md).

        ```dialogue smtp
        S: 220 mx
        C: EHLO a
        S: 250-mx
        S: 250 HELP
        C: QUIT
        S: 221 Bye
        ```

        | Mailbox | Number | Octets | From | Subject |
        |---|---|---|---|---|
        """;

    private readonly StringWriter _output = new();

    [Fact]
    public async Task WithoutColumnsEveryLineStandsWhole()
    {
        Assert.True(await Show(new NoKeys(TimeProvider.System), DemoPace.None, null).ShowAsync(Played(), 1, 2, TestContext.Current.CancellationToken));
        Assert.Equal(
            """
            1/2  A title
            ============
            He says EHLO and goes, see the page.

            S: 220 mx
            C: EHLO a
            S: 250-mx
            S: 250 HELP
            C: QUIT
            S: 221 Bye


            """, _output.ToString());
    }

    [Fact]
    public async Task WithColumnsTheClientIsOnTheLeft()
    {
        await Show(new NoKeys(TimeProvider.System), DemoPace.None, 83).ShowAsync(Played(), 1, 2, TestContext.Current.CancellationToken);
        var lines = _output.ToString().Split('\n');
        Assert.Contains($"{new string(' ', 40)} | 220 mx", lines);
        Assert.Contains($"{"EHLO a",-40} |", lines);
        Assert.Contains($"{new string(' ', 40)} | 250-mx", lines);
        Assert.All(lines, line => Assert.True(line.Length <= 83, line));
    }

    [Fact]
    public async Task ANarrowTerminalHasOneColumn()
    {
        await Show(new NoKeys(TimeProvider.System), DemoPace.None, 60).ShowAsync(Played(), 1, 2, TestContext.Current.CancellationToken);
        Assert.Contains("\nC: EHLO a\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpacePausesUntilAKeyAndNothingIsLost()
    {
        var keys = new ScriptedKeys(DemoKey.None, DemoKey.Pause, DemoKey.Pause);
        Assert.True(await Show(keys, DemoPace.Fast, null).ShowAsync(Played(), 1, 2, TestContext.Current.CancellationToken));
        Assert.Null(keys.Waits[2]);
        Assert.Equal(2, keys.Waits.Count(wait => wait is null)); // the pause, and the end of the dialogue
        Assert.Contains("[paused", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("S: 221 Bye", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnterShowsTheRestAtOnceAndGoesOn()
    {
        var keys = new ScriptedKeys(DemoKey.None, DemoKey.Next);
        Assert.True(await Show(keys, DemoPace.Slow, null).ShowAsync(Played(), 1, 2, TestContext.Current.CancellationToken));
        Assert.Equal(2, keys.Waits.Count);
        Assert.Contains("S: 221 Bye", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task QEndsAtOnceAlsoWhilePaused(bool isPaused)
    {
        Assert.False(await Show(new ScriptedKeys(DemoKey.None, isPaused ? DemoKey.Pause : DemoKey.None, DemoKey.Quit), DemoPace.Slow, null).ShowAsync(Played(), 1, 2, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("S: 221 Bye", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoBreaksOffAPauseFindsTheHintGone()
    {
        using var stop = new CancellationTokenSource();
        var keys = new ScriptedKeys(DemoKey.None, DemoKey.Pause) { WhenForEver = stop.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Show(keys, DemoPace.Slow, null).ShowAsync(Played(), 1, 2, stop.Token));
        Assert.EndsWith("q: the end]\n", _output.ToString(), StringComparison.Ordinal); // the line ends, or is wiped where there are colours
    }

    [Fact]
    public async Task ATerminalThatIsGoneEndsTheShow()
    {
        foreach (var gone in new Exception[] { new IOException("EIO"), new InvalidOperationException("no console") })
        {
            var keys = new TerminalKeys(TimeProvider.System, () => throw gone);
            Assert.Equal(DemoKey.Quit, await keys.WaitAsync(null, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task TheEndOfADialogueWaitsButNotTheLastOne()
    {
        var keys = new ScriptedKeys();
        Assert.True(await Show(keys, DemoPace.Fast, null).ShowAsync(Played(), 1, 2, TestContext.Current.CancellationToken));
        Assert.Null(keys.Waits[^1]);
        Assert.Contains("[Enter: the next dialogue", _output.ToString(), StringComparison.Ordinal);
        var last = new ScriptedKeys();
        Assert.True(await Show(last, DemoPace.Fast, null).ShowAsync(Played(), 2, 2, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(null, last.Waits);
    }

    [Fact]
    public async Task AReplyThatIsNotAsWrittenIsMarked()
    {
        var played = Played();
        var lines = played.Scripts[0].Lines.Select(line => line.Text == "250-mx" ? line with { Text = "250-my\u001b[31m" } : line).ToList();
        await Show(new NoKeys(TimeProvider.System), DemoPace.None, null).ShowAsync(played with { Scripts = [played.Scripts[0] with { Lines = lines }] }, 1, 1, TestContext.Current.CancellationToken);
        Assert.Contains("S: 250-my\\u001b[31m\nS: ^ the file has: 250-mx\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one two three", 20, "one two three")]
    [InlineData("one two three", 8, "one two\n  three")]
    [InlineData("abcdefghijklm", 8, "abcdefgh\n  ijklm")]
    [InlineData("", 8, "")]
    public void TextIsWrappedAtSpacesWhereItHasAny(string text, int width, string wrapped) =>
        Assert.Equal(wrapped, string.Join('\n', WrappedText.Of(text, width, hanging: 2)));

    private DemoShow Show(IDemoKeys keys, DemoPace pace, int? width) => new(new DemoScreen(_output, width, inColour: false), keys, pace);

    private static PlayedDialogue Played()
    {
        var dialogue = DialogueReader.Read("1-a", Text);
        var script = dialogue.Scripts[0];
        return new PlayedDialogue(dialogue, [new PlayedScript(script, [.. script.Lines.Select(line => new PlayedLine(line.Side, line.Text, line))])], []);
    }
}
