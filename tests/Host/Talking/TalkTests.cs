namespace Merpati.Host.Tests.Talking;

/// <summary>The real program talks to the real server.</summary>
public sealed class TalkTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _server;

    private string Data => _folder["data"];

    private RunningServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(Data, "alice", "bob");
        _server = await RunningServer.StartAsync(Data);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ALetterIsSubmittedUnderTlsAndReadByPop3()
    {
        var saved = _folder["saved"];
        var sent = await TalkAsync(
            ["smtp", $"{Server.Submission}", "--transcript", "--explain", "on", "--save", saved],
            "EHLO me", "STARTTLS", "AUTH", "alice", "secret", "EHLO me", "AUTH SCRAM-SHA-256-PLUS alice", "secret", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.org>",
            "DATA", "From: alice@example.org", "Subject: dots", "", "..", ".x", "end", ".", "QUIT");
        Assert.Equal(0, sent.Status);
        Assert.Contains("S: 220 2.0.0 Ready to start TLS\n", sent.Output, StringComparison.Ordinal);
        Assert.Contains("C: AUTH SCRAM-SHA-256-PLUS ...\nS: 334 ", sent.Output, StringComparison.Ordinal);
        Assert.Contains("\nS: 235 2.7.0 ", sent.Output, StringComparison.Ordinal);
        Assert.Contains("# 250: done; 2.1.5: the recipient's address is good\n", sent.Output, StringComparison.Ordinal);
        Assert.Contains("C: ..\nC: ..x\nC: end\nC: .\nS: 250 2.0.0 ", sent.Output, StringComparison.Ordinal);
        Assert.Contains("say EHLO first", sent.Error, StringComparison.Ordinal); // the offer before TLS does not count
        Assert.Contains("TLS 1.3, ", sent.Error, StringComparison.Ordinal);
        Assert.Contains("NOT VERIFIED: nobody we trust vouches for", sent.Error, StringComparison.Ordinal);
        var transcript = await File.ReadAllTextAsync(saved, TestContext.Current.CancellationToken);
        Assert.Contains("# NOT VERIFIED", transcript, StringComparison.Ordinal);
        Assert.EndsWith("C: QUIT\nS: 221 2.0.0 Bye\n", transcript, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", transcript + sent.Output + sent.Error, StringComparison.Ordinal);

        var read = await TalkAsync(
            ["pop3", $"{Server.Pop3}"], "CAPA", "STLS", ".login bob@example.org", "secret", "LIST", "UIDL 1", "RETR 1", "TOP 1 0", "QUIT");
        Assert.Equal(0, read.Status);
        Assert.Contains("\n+OK Begin the TLS handshake.\n", read.Output, StringComparison.Ordinal);
        Assert.Contains("\nSubject: dots\n\n.\n.x\nend\n.\n+OK", read.Output, StringComparison.Ordinal);
        Assert.Contains("signing off", read.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProginLetterIsSentAndListed()
    {
        var saved = _folder["saved"];
        var sent = (await TalkAsync(
            ["progin", $"{Server.Progin}", "--save", saved], "HELO", "MAIL", "SNDR alice secret", "RCPT bob", "DATA", "subject: dots", "content:", "..", ".x", "end", ".", "QUIT")).Fine();
        Assert.Equal("OK\nOK\nOK\nOK\nOK\nBYE\n", sent);
        Assert.DoesNotContain("secret", await File.ReadAllTextAsync(saved, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var listed = (await TalkAsync(["progin", $"{Server.Progin}"], "HELO", "FTCH", "LGIN bob secret", "LIST", "QUIT")).Fine();
        Assert.StartsWith("OK\nOK\nOK\n1\nMAIL 1\nTo: bob\nFrom: alice\nTime: ", listed, StringComparison.Ordinal);
        Assert.EndsWith("\nSubject: dots\n.\n.x\nend\n.\nBYE\n", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheMechanismThatIsNamedIsTaken()
    {
        string[] target = ["smtp", $"{Server.Submissions}", "--tls", "implicit", "--transcript"];
        foreach (var mechanism in new[] { "SCRAM-SHA-256", "scram-sha-256-plus", "PLAIN", "LOGIN" })
        {
            var output = (await TalkAsync(target, "EHLO me", $"AUTH {mechanism}", "alice@example.org", "secret", "QUIT")).Fine();
            Assert.Contains($"C: AUTH {mechanism.ToUpperInvariant()}", output, StringComparison.Ordinal);
            Assert.Contains("S: 235 2.7.0 Authenticated\n", output, StringComparison.Ordinal);
        }

        // Without a name it is the strongest that is safe with a server that is not known; here nobody can listen.
        Assert.Contains("C: AUTH SCRAM-SHA-256-PLUS ...\n", (await TalkAsync(target, "EHLO me", "AUTH", "alice", "wrong", "QUIT")).Fine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImplicitTlsIsVerifiedWhereItIsWanted()
    {
        var refused = await TalkAsync(["smtp", $"localhost:{Server.Submissions.Port}", "--tls", "implicit", "--tls", "verify"], "QUIT");
        Assert.Equal((1, ""), (refused.Status, refused.Output));
        Assert.Equal($"merpati: no TLS with localhost port {Server.Submissions.Port}: nobody we trust vouches for the server's certificate\n", refused.Error);

        var certificate = Path.Combine(Data, "tls", "self-signed.crt");
        string[] trusting = ["smtp", $"localhost:{Server.Submissions.Port}", "--tls", "implicit", "--tls", "verify", "--trust", certificate];
        var verified = await TalkAsync(trusting, "QUIT");
        Assert.Equal(0, verified.Status);
        Assert.Contains("verified: an authority that is trusted vouches for it\n", verified.Error, StringComparison.Ordinal);
        var other = await TalkAsync([.. trusting, "--tls-name", "other.example.org"], "QUIT");
        Assert.Equal(1, other.Status);
        Assert.Contains("the server's certificate is not for other.example.org", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatFailsIsToldInOneLine()
    {
        AssertFails(await TalkAsync(["smtp", "127.0.0.1:1"]), "cannot reach 127.0.0.1 port 1: the connection was refused");
        AssertFails(await TalkAsync(["smtp", "127.0.0.1:1", "--save", _folder["t"]]), "cannot reach 127.0.0.1 port 1");
        Assert.False(File.Exists(_folder["t"])); // nothing was said
        AssertFails(await TalkAsync(["pop3", "nobody.invalid:110"]), "there is no host nobody.invalid");
        AssertFails(await TalkAsync(["smtp", $"{Server.Smtp}", "--save", _folder["nowhere/t"]]), "the dialogue cannot be saved");
        AssertFails(await TalkAsync(["smtp", $"{Server.Smtp}", "--trust", _folder["nothing"]]), $"{_folder["nothing"]} holds no certificate in PEM form");
        Assert.Equal(2, (await TalkAsync(["smtp", "a:b"])).Status);
        Assert.Equal(2, (await TalkAsync(["smtp", "a", "--tls", "perhaps"])).Status);
        Assert.Equal(2, (await TalkAsync(["imap", "a"])).Status);
    }

    [Fact]
    public async Task OnATerminalThereIsALineEditor()
    {
        using var terminal = new PseudoTerminal($"env TERM=xterm NO_COLOR= '{Repository.Program}' talk smtp {Server.Submission}");
        await terminal.ExpectAsync("smtp> ");
        await terminal.TypeAsync("eh\tme\r");
        Assert.Contains("\u001b[32m250-mx.example.org\u001b[0m\r\n", await terminal.ExpectAsync("250: done"), StringComparison.Ordinal);
        await terminal.TypeAsync(".explain 5.1.1\r");
        await terminal.ExpectAsync("5.1.1: no such mailbox\r\n");
        await terminal.TypeAsync("AUTH SCRAM-SHA-256 alice\r");
        await terminal.ExpectAsync("Password: ");
        await terminal.TypeAsync("secret\r");
        var login = await terminal.ExpectAsync("\u001b[32m235 2.7.0 Authenticated\u001b[0m\r\n");
        Assert.Contains("\u001b[36m> AUTH SCRAM-SHA-256 ...\u001b[0m\r\n", login, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", login, StringComparison.Ordinal);
        await terminal.ExpectAsync("smtp> ");
        await terminal.TypeAsync("qui\u001b[Dx\b\u001b[Ct\r");
        await terminal.ExpectAsync("221 2.0.0 Bye");
        Assert.Equal(0, (await terminal.EndAsync()).Status);
    }

    private static void AssertFails(CommandResult result, string why)
    {
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.StartsWith($"merpati: {why}", Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static Task<CommandResult> TalkAsync(string[] arguments, params string[] lines) =>
        Command.RunAsync(Repository.Program, ["talk", .. arguments], string.Concat(lines.Select(line => line + "\n")));
}
