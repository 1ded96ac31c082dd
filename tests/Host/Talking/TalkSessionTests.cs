using System.Globalization;
using System.Text;
using Merpati.Host.Cli;
using Merpati.Host.Cli.Talking;
using Merpati.Transcripts;

namespace Merpati.Host.Tests.Talking;

/// <summary>The console against servers that do as the test says, right and wrong; without a terminal.</summary>
public sealed class TalkSessionTests : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly StringWriter _remarks = new(CultureInfo.InvariantCulture);
    private readonly TemporaryFolder _folder = new();

    private string Output => Encoding.UTF8.GetString(_output.ToArray());

    public void Dispose()
    {
        _output.Dispose();
        _remarks.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task EachLineWaitsForTheReplyToTheOneBefore()
    {
        var ending = await TalkAsync(new SmtpTalk(), "EHLO me\r\nNOOP\nQUIT\n", async server =>
        {
            await server.SayAsync("220 h\r\n");
            Assert.Equal("EHLO me", await server.HearAsync());
            await server.SayAsync("250-h\r\n");
            await server.SayAsync("250 DSN\r\n");
            await server.PlayAsync(("NOOP", "250 ok\r\n"), ("QUIT", "221 bye\r\n"));
        });
        Assert.Equal(new TalkEnding(ExitStatus.Done), ending);
        Assert.Equal("220 h\n250-h\n250 DSN\n250 ok\n221 bye\n", Output);
        Assert.Empty(_remarks.ToString());
    }

    [Fact]
    public async Task DotsAreDoubledAndALineOfADotCanBeSaid()
    {
        var heard = new List<string?>();
        var ending = await TalkAsync(new SmtpTalk(), "DATA\nSubject: x\n\n.help\n..\n...\n..x\n.\nQUIT\n", async server =>
        {
            await server.SayAsync("220 h\r\n");
            await server.PlayAsync(("DATA", "354 go\r\n"));
            do heard.Add(await server.HearAsync());
            while (heard[^1] != ".");
            await server.SayAsync("250 ok\r\n");
            await server.PlayAsync(("QUIT", "221 bye\r\n"));
        });
        Assert.Equal(ExitStatus.Done, ending.Status);
        Assert.Equal(["Subject: x", "", "..help", "..", "...", "...x", "."], heard);
    }

    [Fact]
    public async Task ATextWithoutAnEndIsNoText()
    {
        var ending = await TalkAsync(new SmtpTalk(), "DATA\nhello\n", async server =>
        {
            await server.SayAsync("220 h\r\n");
            await server.PlayAsync(("DATA", "354 go\r\n"));
            Assert.Equal("hello", await server.HearAsync());
            Assert.Null(await server.HearAsync());
        });
        Assert.Equal(new TalkEnding(ExitStatus.Failed, "the text has no end, so nothing of it counts"), ending);
    }

    [Fact]
    public async Task OctetsOfAChunkAreCounted()
    {
        await TalkAsync(new SmtpTalk(), "BDAT\nh\u00e9\n.\nBDAT LAST\n.x\n..\n.\nBDAT 0 LAST\nQUIT\n", async server =>
        {
            await server.SayAsync("220 h\r\n");
            Assert.Equal("BDAT 5", await server.HearAsync());
            await server.PlayAsync(("h\u00e9", "250 ok\r\n"));
            Assert.Equal("BDAT 7 LAST", await server.HearAsync());
            Assert.Equal(".x", await server.HearAsync());
            await server.PlayAsync((".", "250 ok\r\n"), ("BDAT 0 LAST", "503 no\r\n"), ("QUIT", "221 bye\r\n"));
        });
    }

    [Fact]
    public async Task NothingThatCameBeforeTlsIsHeardAfterIt()
    {
        var ending = await TalkAsync(new SmtpTalk(), "STARTTLS\nEHLO me\nQUIT\n", async server =>
        {
            await server.SayAsync("220 h\r\n");
            await server.PlayAsync(("STARTTLS", "220 go\r\n250-injected\r\n250 AUTH PLAIN\r\n"));
        });
        Assert.Equal(ExitStatus.Failed, ending.Status);
        Assert.Contains("spoke in the clear", ending.Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("injected", Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARefusedStartOfTlsLeavesTheConnectionAsItWas()
    {
        var ending = await TalkAsync(new Pop3Talk(), "STLS\n.tls\nQUIT\n", server => AnswerAsync(server, "+OK ready\r\n", ("STLS", "-ERR no\r\n"), ("QUIT", "+OK\r\n")));
        Assert.Equal(ExitStatus.Done, ending.Status);
        Assert.Contains("there is no TLS", _remarks.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheServerSaysIsMadeHarmless()
    {
        await TalkAsync(new SmtpTalk(), "NOOP\nQUIT\n", server => AnswerAsync(server, "220 \u001b]0;evil\u0007\u009b31m\r\n", ("NOOP", "250 \u202egnirts\r\n"), ("QUIT", "221 bye\r\n")));
        Assert.Equal("220 \\u001b]0;evil\\u0007\\u009b31m\n250 \\u202egnirts\n221 bye\n", Output);
    }

    [Theory]
    [InlineData("250-", 2000)]
    [InlineData("nonsense", 2000)]
    public async Task AReplyWithoutAnEndIsGivenUp(string line, int times)
    {
        var ending = await TalkAsync(new SmtpTalk(), "NOOP\n", async server =>
        {
            await server.SayAsync("220 h\r\n");
            await server.HearAsync();
            await SayWhileHeardAsync(server, $"{line}\r\n", times);
        });
        Assert.Equal(new TalkEnding(ExitStatus.Failed, "the server sent a reply without an end"), ending);
    }

    [Fact]
    public async Task ALineWithoutAnEndIsGivenUp()
    {
        var ending = await TalkAsync(new Pop3Talk(), "NOOP\n", server => SayWhileHeardAsync(server, new string('x', 1000), 1000));
        Assert.Equal(new TalkEnding(ExitStatus.Failed, "the server sent a line without an end"), ending);
    }

    [Fact]
    public async Task WhoClosesWithoutQuitIsToldOf()
    {
        Assert.Equal(new TalkEnding(ExitStatus.Failed, "the server has closed the connection"), await TalkAsync(new SmtpTalk(), "NOOP\n", server => AnswerAsync(server, "220 h\r\n")));
        Assert.Equal(new TalkEnding(ExitStatus.Failed, "the server has closed the connection"), await TalkAsync(new SmtpTalk(), "NOOP\nNOOP\n", server => AnswerAsync(server, "220 h\r\n", ("NOOP", "421 no more\r\n"))));
        Assert.Equal(new TalkEnding(ExitStatus.Done), await TalkAsync(new SmtpTalk(), "QUIT\n", server => AnswerAsync(server, "220 h\r\n", ("QUIT", ""))));
        Assert.Equal(new TalkEnding(ExitStatus.Done), await TalkAsync(new SmtpTalk(), "NOOP\n.quit\nNOOP\n", async server =>
        {
            await AnswerAsync(server, "220 h\r\n", ("NOOP", "250 ok\r\n"));
            Assert.Null(await server.HearAsync());
        }));
    }

    [Fact]
    public async Task TextsOfPop3AreShownWithoutTheirDoubledDots()
    {
        await TalkAsync(new Pop3Talk(), "RETR 1\nSTAT\nQUIT\n", server => AnswerAsync(server, "+OK\r\n", ("RETR 1", "+OK\r\na\r\n..b\r\n...\r\n.\r\n"), ("STAT", "+OK 1 1\r\n"), ("QUIT", "+OK\r\n")));
        Assert.Equal("+OK\n+OK\na\n.b\n..\n.\n+OK 1 1\n+OK\n", Output);
    }

    [Fact]
    public async Task PasswordsOfProginAreNotSaved()
    {
        var ending = await TalkAsync(
            new ProginTalk(),
            "HELO\nMAIL\nSNDR user1\nhunter2\nRCPT user2\nDATA\nsubject: x\n.\nFTCH\nLGIN user1 hunter2\nLIST\nQUIT\n",
            async server =>
            {
                await server.PlayAsync(("HELO", "OK\n"), ("MAIL", "OK\n"), ("SNDR user1 hunter2", "OK\n"), ("RCPT user2", "OK\n"), ("DATA", ""), ("subject: x", ""), (".", "OK\n"));
                await server.PlayAsync(("FTCH", "OK\n"), ("LGIN user1 hunter2", "OK\n"), ("LIST", "1\nMAIL 1\nTo: user2\n\n..\n.\n"), ("QUIT", "BYE\n"));
            },
            save: true);
        Assert.Equal(ExitStatus.Done, ending.Status);
        Assert.EndsWith("1\nMAIL 1\nTo: user2\n\n.\n.\nBYE\n", Output, StringComparison.Ordinal);
        var saved = File.ReadAllText(_folder["t"]);
        Assert.DoesNotContain("hunter2", saved + Output + _remarks, StringComparison.Ordinal);
        Assert.Contains("C: SNDR user1 ...\nS: OK\n", saved, StringComparison.Ordinal);
        Assert.Contains("C: LGIN user1 ...\nS: OK\n", saved, StringComparison.Ordinal);
        Assert.Contains("S: ..\nS: .\n", saved, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALoginByHandIsNotSavedEither()
    {
        await TalkAsync(
            new SmtpTalk(),
            ".raw AUTH PLAIN\nAGFsaWNlAHNlY3JldA==\nAUTH PLAIN AGFsaWNlAHNlY3JldA==\n.send RSET\n.wait\n.nonsense\nQUIT\n",
            server => AnswerAsync(server, "220 h\r\n", ("AUTH PLAIN", "334 \r\n"), ("AGFsaWNlAHNlY3JldA==", "535 no\r\n"), ("AUTH PLAIN AGFsaWNlAHNlY3JldA==", "235 ok\r\n"), ("RSET", "250 ok\r\n"), ("QUIT", "221 bye\r\n")),
            save: true);
        var saved = File.ReadAllText(_folder["t"]);
        Assert.DoesNotContain("AGFs", saved, StringComparison.Ordinal);
        Assert.Contains("C: AUTH PLAIN\nS: 334 \nC: ...\nS: 535 no\nC: AUTH PLAIN ...\nS: 235 ok\n", saved, StringComparison.Ordinal);
        Assert.Contains(".help lists them", _remarks.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatAsksForMoreIsWaitedForAlsoWhenItIsSentAhead()
    {
        await TalkAsync(
            new SmtpTalk(),
            ".send AUTH LOGIN\nYWxpY2U=\nc2VjcmV0\n.send MAIL FROM:<a@b.c>\n.send  data\nhello\n.\nQUIT\n",
            server => AnswerAsync(
                server, "220 h\r\n", ("AUTH LOGIN", "334 VXNlcm5hbWU6\r\n"), ("YWxpY2U=", "334 UGFzc3dvcmQ6\r\n"), ("c2VjcmV0", "235 ok\r\n"),
                ("MAIL FROM:<a@b.c>", ""), ("data", "250 ok\r\n354 go\r\n"), ("hello", ""), (".", "250 ok\r\n"), ("QUIT", "221 bye\r\n")),
            save: true);
        var saved = File.ReadAllText(_folder["t"]);
        Assert.Contains("C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: ...\nS: 334 UGFzc3dvcmQ6\nC: ...\nS: 235 ok\n", saved, StringComparison.Ordinal);
        await TalkAsync(new ProginTalk(), ".send DATA\nx\n.\n.raw DATA\ny\n.\nQUIT\n", server => server.PlayAsync(("DATA", ""), ("x", ""), (".", "OK\n"), ("DATA", ""), ("y", ""), (".", "OK\n"), ("QUIT", "BYE\n")));
    }

    [Theory]
    [InlineData("STARTTLS")]
    [InlineData("STLS")]
    public async Task TlsBeginsAlsoWhenItIsSentAhead(string command)
    {
        var (protocol, yes) = command == "STLS" ? ((ITalkProtocol)new Pop3Talk(), "+OK") : (new SmtpTalk(), "220");
        var ending = await TalkAsync(protocol, $".send {command}\nNOOP\n", async server =>
        {
            await server.SayAsync($"{yes} h\r\n");
            await server.PlayAsync((command, $"{yes} go\r\n{yes} injected\r\n"));
        });
        Assert.Contains("spoke in the clear", ending.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APasswordInAScriptIsNeverTakenForACommand()
    {
        var ending = await TalkAsync(new SmtpTalk(), "AUTH\nalice\nhunter2\n.login alice\nhunter2\nQUIT\n", server => AnswerAsync(server, "220 h\r\n", ("QUIT", "221 bye\r\n")), save: true);
        Assert.Equal(ExitStatus.Done, ending.Status);
        ending = await TalkAsync(new Pop3Talk(), "APOP bob\nhunter2\n.login bob\nhunter2\nQUIT\n", server => AnswerAsync(server, "+OK\r\n", ("CAPA", "-ERR no\r\n"), ("QUIT", "+OK\r\n")), save: true);
        Assert.Equal(ExitStatus.Done, ending.Status);
        Assert.DoesNotContain("hunter2", File.ReadAllText(_folder["t"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinesSentAheadGetTheirReplies()
    {
        var ending = await TalkAsync(
            new Pop3Talk(),
            ".send LIST\n.send LIST 1\n.send RETR 1\n.wait\n.wait\nSTAT\n.send NOOP\nQUIT\n",
            async server =>
            {
                await server.SayAsync("+OK\r\n");
                await server.PlayAsync(("LIST", ""), ("LIST 1", ""), ("RETR 1", "+OK\r\n1 5\r\n.\r\n+OK 1 5\r\n+OK\r\n..x\r\n.\r\n"), ("STAT", "+OK 1 5\r\n"), ("NOOP", ""), ("QUIT", "+OK\r\n+OK bye\r\n"));
            });
        Assert.Equal(ExitStatus.Done, ending.Status);
        Assert.Equal("+OK\n+OK\n1 5\n.\n+OK 1 5\n+OK\n.x\n.\n+OK 1 5\n+OK\n+OK bye\n", Output);
        Assert.Contains("has no reply yet", _remarks.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SCRAM-SHA-256-PLUS")]
    [InlineData("scram-sha-1-plus")]
    public async Task ALoginThatIsBoundToTlsNeedsTls(string mechanism)
    {
        await TalkAsync(new SmtpTalk(), $"AUTH {mechanism} alice\nsecret\nQUIT\n", server => AnswerAsync(server, "220 h\r\n", ("QUIT", "221 bye\r\n")));
        Assert.Equal($"{mechanism.ToUpperInvariant()} binds the login to TLS, and there is none: start TLS first\n", _remarks.ToString());
    }

    [Fact]
    public async Task AServerThatIsNotGenuineDoesNotGetTheProof()
    {
        await TalkAsync(
            new SmtpTalk(),
            "AUTH SCRAM-SHA-256 alice\nsecret\nAUTH\nalice\nsecret\nQUIT\n",
            async server =>
            {
                await server.SayAsync("220 h\r\n");
                Assert.StartsWith("AUTH SCRAM-SHA-256 ", await server.HearAsync(), StringComparison.Ordinal);
                await server.SayAsync("334 cj1vdGhlcixzPUFBQUEsaT00MDk2\r\n"); // another nonce
                await server.PlayAsync(("*", "501 called off\r\n"), ("QUIT", "221 bye\r\n"));
            });
        Assert.Contains("not genuine", _remarks.ToString(), StringComparison.Ordinal);
        Assert.Contains("say EHLO first", _remarks.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatLetsOneInWithoutProofIsWarnedOf()
    {
        await TalkAsync(
            new SmtpTalk(),
            "AUTH SCRAM-SHA-256 alice\nsecret\nQUIT\n",
            async server =>
            {
                await server.SayAsync("220 h\r\n");
                await server.HearAsync();
                await server.SayAsync("235 come in\r\n");
                await server.PlayAsync(("QUIT", "221 bye\r\n"));
            });
        Assert.Contains("CAREFUL", _remarks.ToString(), StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(ScriptedServer server, string greeting, params (string Heard, string Said)[] turns)
    {
        await server.SayAsync(greeting);
        await server.PlayAsync(turns);
    }

    // A client that has had enough closes, and then there is nobody to say it to.
    private static async Task SayWhileHeardAsync(ScriptedServer server, string text, int times)
    {
        try
        {
            for (var i = 0; i < times; i++) await server.SayAsync(text);
            await server.HearAsync();
        }
        catch (IOException)
        {
            // it has had enough
        }
    }

    private async Task<TalkEnding> TalkAsync(ITalkProtocol protocol, string input, Func<ScriptedServer, Task> script, bool save = false)
    {
        using var server = new ScriptedServer(script);
        using var transcript = new TalkTranscript("t", new FakeTime());
        if (save) Assert.Null(transcript.Save(_folder["t"]));
        TalkEnding ending;
        await using (var connection = await TalkConnection.OpenAsync(new TalkTarget("127.0.0.1", server.Port), TestContext.Current.CancellationToken))
        {
            using var octets = new MemoryStream(Encoding.UTF8.GetBytes(input));
            using var console = new PlainConsole(octets, _output, _remarks);
            ending = await new TalkSession(connection, protocol, console, transcript, TimeSpan.FromMinutes(1)).RunAsync();
        }

        await server.Script;
        return ending;
    }
}
