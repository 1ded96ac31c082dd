using Merpati.Host.Cli;
using Merpati.Host.Cli.Dialogues;
using Merpati.Host.Cli.Talking;
using Merpati.Transcripts;

namespace Merpati.Host.Tests.Talking;

/// <summary>The console on a terminal: what is typed, and what is seen meanwhile.</summary>
public sealed class TerminalConsoleTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task CompletesColoursAndExplains()
    {
        _terminal.Type("eh\tme\rma\ta@b.c>\rx\rquit\r");
        var ending = await TalkAsync(server => AnswerAsync(server, "220 h\r\n", ("EHLO me", "250-h\r\n250 DSN\r\n"), ("MAIL FROM:<a@b.c>", "550 5.7.1 no\r\n"), ("x", "451 4.3.0 later\r\n"), ("quit", "221 bye\r\n")));
        Assert.Equal(new TalkEnding(ExitStatus.Done), ending);
        Assert.Contains($"{Colours.Good}220 h{Colours.Off}\n", _terminal.Written, StringComparison.Ordinal);
        Assert.Contains($"{Colours.Refused}550 5.7.1 no{Colours.Off}\n", _terminal.Written, StringComparison.Ordinal);
        Assert.Contains($"{Colours.TryLater}451 4.3.0 later{Colours.Off}\n", _terminal.Written, StringComparison.Ordinal);
        Assert.Contains("5.7.1: not allowed: policy", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListsWhatAWordMayBecomeAtTheSecondTab()
    {
        _terminal.Type("r\t\t\u0015QUIT\r");
        await TalkAsync(server => AnswerAsync(server, "220 h\r\n", ("QUIT", "221 bye\r\n")));
        Assert.Contains("RCPT TO:<  RSET", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATabInATextOrAnAnswerIsACharacter()
    {
        _terminal.Type("DATA\rReceived: a\r\tby b\r\t\tx\ty\r.\r.raw AUTH X\ra\tzz\u0017b\rQUIT\r");
        await TalkAsync(server => AnswerAsync(
            server, "220 h\r\n", ("DATA", "354 go\r\n"), ("Received: a", ""), ("\tby b", ""), ("\t\tx\ty", ""), (".", "250 ok\r\n"), ("AUTH X", "334 \r\n"), ("a\tb", "535 no\r\n"), ("QUIT", "221 bye\r\n")));
        Assert.Contains("text>   x y", _terminal.Written, StringComparison.Ordinal);
        Assert.DoesNotContain('\t', _terminal.Written);
    }

    [Fact]
    public async Task SecretsSaidAsTheyAreAreNotKeptEither()
    {
        _terminal.Type("NOOP\r.raw PASS hunter2\r.send  AUTH PLAIN AGEAYg==\r.raw\tpass hunter3\r\u0010\rQUIT\r");
        await TalkAsync(server => AnswerAsync(
            server, "220 h\r\n", ("NOOP", "250 ok\r\n"), ("PASS hunter2", "500 no\r\n"), ("AUTH PLAIN AGEAYg==", "535 no\r\n"), ("pass hunter3", "500 no\r\n"), ("NOOP", "250 ok\r\n"), ("QUIT", "221 bye\r\n")));
    }

    [Fact]
    public async Task WhatIsPastedIsDrawnOnceItIsThere()
    {
        _terminal.Type("NOOP " + new string('x', 10_000) + "\rQUIT\r");
        await TalkAsync(server => AnswerAsync(server, "220 h\r\n", ("NOOP " + new string('x', 10_000), "250 ok\r\n"), ("QUIT", "221 bye\r\n")));
        Assert.InRange(_terminal.Written.Split("\rsmtp> ").Length, 3, 30);
    }

    [Fact]
    public async Task ALineThatIsTooLongIsToldOf()
    {
        _terminal.Type(new string('x', LineEditor.MaxLength + 10) + "\u0015NOOP\rQUIT\r");
        await TalkAsync(server => AnswerAsync(server, "220 h\r\n", ("NOOP", "250 ok\r\n"), ("QUIT", "221 bye\r\n")));
        Assert.Equal(2, _terminal.Written.Split("a line has 16384 characters at most").Length); // once
    }

    [Fact]
    public async Task WhatComesUnaskedIsShownWhileTheUserTypes()
    {
        var isTyped = new TaskCompletionSource();
        var talk = TalkAsync(async server =>
        {
            await server.SayAsync("220 h\r\n");
            await isTyped.Task;
            await server.SayAsync("421 4.4.2 too slow\r\n");
        });
        _terminal.Type("MAIL FR");
        await _terminal.UntilShownAsync("smtp> MAIL FR");
        isTyped.SetResult();
        Assert.Equal(new TalkEnding(ExitStatus.Failed, "the server has closed the connection"), await talk);
        Assert.Contains($"\r\u001b[K{Colours.TryLater}421 4.4.2 too slow{Colours.Off}\n\rsmtp> MAIL FR", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingIsAskedForALoginThatCannotBe()
    {
        _terminal.Type("AUTH SCRAM-SHA-256-PLUS\rQUIT\r");
        await TalkAsync(server => AnswerAsync(server, "220 h\r\n", ("QUIT", "221 bye\r\n")));
        Assert.Contains("start TLS first", _terminal.Written, StringComparison.Ordinal);
        Assert.DoesNotContain("User: ", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PasswordsAreNeitherShownNorKept()
    {
        _terminal.Type("PASS\rhunter2\rPASS hunter3\r\u0010\rhunter4\rQUIT\r");
        await TalkAsync(new Pop3Talk(), server => AnswerAsync(server, "+OK\r\n", ("PASS hunter2", "-ERR no\r\n"), ("PASS hunter3", "-ERR no\r\n"), ("PASS hunter4", "-ERR no\r\n"), ("QUIT", "+OK\r\n")), "PASS");
        Assert.DoesNotContain("hunter2", _terminal.Written, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter4", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlCDropsTheLineAndThenTheSession()
    {
        var talk = TalkAsync(async server =>
        {
            await AnswerAsync(server, "220 h\r\n", ("NOOP", "250 ok\r\n"));
            Assert.Null(await server.HearAsync());
        });
        await _terminal.UntilShownAsync("smtp> ");
        _terminal.Type("NOO\u0003NOOP\r");
        await _terminal.UntilShownAsync("250: done");
        _terminal.Type("\u0003");
        Assert.Equal(new TalkEnding(ExitStatus.Failed, "stopped; QUIT was not said"), await talk);
        Assert.Contains("NOO^C", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlCEndsTheWaitForAnAnswer()
    {
        var talk = TalkAsync(async server =>
        {
            await server.SayAsync("220 h\r\n");
            Assert.Equal("NOOP", await server.HearAsync());
            _terminal.Type("typed ahead\u0003");
            Assert.Null(await server.HearAsync());
        });
        _terminal.Type("NOOP\r");
        Assert.Equal(new TalkEnding(ExitStatus.Failed, "stopped while the server was to answer"), await talk);
    }

    [Fact]
    public async Task CtrlDLeaves()
    {
        _terminal.Type("\u0004");
        Assert.Equal(new TalkEnding(ExitStatus.Done), await TalkAsync(async server =>
        {
            await server.SayAsync("220 h\r\n");
            Assert.Null(await server.HearAsync());
        }));
        Assert.EndsWith("\n", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATerminalThatIsClosedEndsTheSession()
    {
        _terminal.Type("NOOP\r");
        _terminal.Close();
        Assert.Equal(new TalkEnding(ExitStatus.Done), await TalkAsync(async server =>
        {
            await AnswerAsync(server, "220 h\r\n", ("NOOP", "250 ok\r\n"));
            Assert.Null(await server.HearAsync());
        }));
    }

    [Fact]
    public async Task TypingGoesOnWhileTheServerAnswers()
    {
        _terminal.Type("DATA\rone\r.two\r.\r.explain 250\rQUIT\r");
        await TalkAsync(server => AnswerAsync(server, "220 h\r\n", ("DATA", "354 go\r\n"), ("one", ""), ("..two", ""), (".", "250 ok\r\n"), ("QUIT", "221 bye\r\n")));
        Assert.Contains("text> .two", _terminal.Written, StringComparison.Ordinal);
        Assert.Contains("250: done\n", _terminal.Written, StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(ScriptedServer server, string greeting, params (string Heard, string Said)[] turns)
    {
        await server.SayAsync(greeting);
        await server.PlayAsync(turns);
    }

    private Task<TalkEnding> TalkAsync(Func<ScriptedServer, Task> script) => TalkAsync(new SmtpTalk(), script, "");

    private async Task<TalkEnding> TalkAsync(ITalkProtocol protocol, Func<ScriptedServer, Task> script, string title)
    {
        using var server = new ScriptedServer(script);
        using var transcript = new TalkTranscript(title, new FakeTime());
        TalkEnding ending;
        await using (var connection = await TalkConnection.OpenAsync(new TalkTarget("127.0.0.1", server.Port), TestContext.Current.CancellationToken))
        {
            using var console = new TerminalConsole(_terminal, _terminal, inColour: true);
            ending = await new TalkSession(connection, protocol, console, transcript, patience: null).RunAsync();
        }

        await server.Script;
        return ending;
    }
}
