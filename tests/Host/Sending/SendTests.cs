using System.Text;
using System.Text.Json;
using Merpati.Mail.Mime;

namespace Merpati.Host.Tests.Sending;

/// <summary>People at a terminal send mail to a real server.</summary>
public sealed class SendTests : IAsyncLifetime
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
    public async Task WhatIsComposedIsRead()
    {
        var file = _folder["отчёт за год.pdf"];
        var octets = new byte[100_000];
        for (var i = 0; i < octets.Length; i++) octets[i] = (byte)(i * 7 >> 2);
        await File.WriteAllBytesAsync(file, octets, TestContext.Current.CancellationToken);
        var sent = await SendAsync("Доброе утро!\n.\nline\n", "--from", "Алиса <alice@example.org>", "--to", "\"Doe, Bob\" <bob@example.org>, alice@example.org", "--cc", "bob@example.org",
            "--bcc", "alice@example.org", "--subject", "Привет, мир", "--attach", file, "--header", "X-Ticket: 4711", "--in-reply-to", "<1@example.org>", "--reply-to", "list@example.org");
        Assert.StartsWith("sent to bob@example.org, alice@example.org (", sent.Fine(), StringComparison.Ordinal);
        Assert.Contains(" octets): 250 2.0.0 ", sent.Output, StringComparison.Ordinal);
        var message = Assert.Single(await MailDialogue.ReadAllAsync(Server, "bob"));
        Assert.Equal(message.Length, Assert.Single(await MailDialogue.ReadAllAsync(Server)).Length);
        var read = new Read();
        var reader = new MessageReader(read);
        reader.Write(message);
        reader.Complete();
        Assert.Equal("Алиса <alice@example.org>|\"Doe, Bob\" <bob@example.org>, alice@example.org|bob@example.org|Привет, мир|Доброе утро!\n.\nline\n|отчёт за год.pdf application/pdf", read.ToString());
        var text = Encoding.ASCII.GetString(message);
        foreach (var field in new[] { "X-Ticket: 4711", "In-Reply-To: <1@example.org>", "References: <1@example.org>", "Reply-To: list@example.org", "Message-ID: <" }) Assert.Contains($"\r\n{field}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("bcc", text, StringComparison.OrdinalIgnoreCase);
        var start = text.IndexOf("\r\n\r\n", text.IndexOf("filename*", StringComparison.Ordinal), StringComparison.Ordinal) + 4;
        Assert.Equal(octets, Convert.FromBase64String(text[start..text.IndexOf("\r\n--=_", start, StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task AReadyMessageGoesOctetForOctet()
    {
        var file = _folder["letter.eml"];
        const string Text = "X-Odd:   as it stands \nFrom: Alice <alice@example.org>\nTo: bob@example.org\nBcc: secret@example.com\nSubject: gr\u00fc\u00dfe\n\n.dot\n..\n\u00e4\n";
        await File.WriteAllBytesAsync(file, Encoding.Latin1.GetBytes(Text.Replace("\u00fc\u00df", "u", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        var sent = await SendAsync(null, "--message", file);
        sent.Fine();
        Assert.Contains("has a Bcc field", sent.Error, StringComparison.Ordinal);
        var again = await SendAsync(Text, "--message", "-", "--from", "<>", "--to", "bob@example.org");
        again.Fine();
        Assert.Contains("standard input has a Bcc field", again.Error, StringComparison.Ordinal);
        var messages = await MailDialogue.ReadAllAsync(Server, "bob");
        Assert.Equal(Text.Replace("\u00fc\u00df", "u", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal), Encoding.Latin1.GetString(MailDialogue.WithoutTrace(messages[0])));
        Assert.Equal(Text.Replace("\n", "\r\n", StringComparison.Ordinal), Encoding.UTF8.GetString(MailDialogue.WithoutTrace(messages[1])));
        Assert.StartsWith("Return-Path: <alice@example.org>\r\n", Encoding.Latin1.GetString(messages[0]), StringComparison.Ordinal);
        Assert.StartsWith("Return-Path: <>\r\n", Encoding.Latin1.GetString(messages[1]), StringComparison.Ordinal);
        Assert.Contains(" with UTF8SMTP ", Encoding.Latin1.GetString(messages[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogsInBehindEveryKindOfTls()
    {
        var certificate = Path.Combine(Data, "tls", "self-signed.crt");
        string[][] ways =
        [
            ["--server", $"localhost:{Server.Submission.Port}"],
            ["--server", $"127.0.0.1:{Server.Submission.Port}", "--tls", "try"],
            ["--server", $"127.0.0.1:{Server.Submission.Port}", "--tls", "require"],
            ["--server", $"localhost:{Server.Submission.Port}", "--tls", "verify", "--trust", certificate],
            ["--server", $"localhost:{Server.Submissions.Port}", "--tls", "implicit"],
            ["--server", $"localhost:{Server.Submissions.Port}", "--tls", "implicit", "--trust", certificate],
        ];
        foreach (var way in ways)
        {
            var sent = await SendAsync("secret\nthe text\n", [.. way, "--user", "alice@example.org", "--password-stdin", "--to", "bob@example.org", "--transcript"]);
            sent.Fine();
            Assert.Contains(way.Length == 2 ? "C: AUTH SCRAM-SHA-256 ..." : "C: AUTH SCRAM-SHA-256-PLUS ...", sent.Error, StringComparison.Ordinal);
            foreach (var hidden in new[] { "secret", Convert.ToBase64String("secret"u8) }) Assert.DoesNotContain(hidden, sent.Error, StringComparison.Ordinal);
        }

        var messages = await MailDialogue.ReadAllAsync(Server, "bob");
        Assert.Equal(ways.Length, messages.Count);
        Assert.All(messages, message => Assert.Contains("From: alice@example.org\r\n", Encoding.Latin1.GetString(message), StringComparison.Ordinal));
        Assert.All(messages, message => Assert.EndsWith("\r\n\r\nthe text\r\n", Encoding.Latin1.GetString(message), StringComparison.Ordinal));
    }

    [Fact]
    public async Task BelievesOnlyACertificateThatSomebodyVouchesFor()
    {
        AssertFails(await LogInAsync("--server", $"localhost:{Server.Submission.Port}", "--tls", "verify"),
            $"no TLS with localhost port {Server.Submission.Port}: nobody we trust vouches for the server's certificate (--tls require takes any certificate, --trust FILE believes that one)");
        var trusted = await LogInAsync("--server", $"127.0.0.1:{Server.Submissions.Port}", "--tls", "implicit", "--trust", Path.Combine(_folder.Path, "none.pem"));
        AssertFails(trusted, $"{_folder["none.pem"]} holds no certificate in PEM form that can be read");
        AssertFails(await LogInAsync("--server", $"127.0.0.1:{Server.Submission.Port}", "--tls", "implicit"), $"no TLS with 127.0.0.1 port {Server.Submission.Port}: ");
        Assert.Empty(await MailDialogue.ReadAllAsync(Server, "bob"));
    }

    [Fact]
    public async Task TheOthersGetWhatOneIsRefused()
    {
        var sent = await SendAsync("text", "--from", "alice@example.org", "--to", "bob@example.org", "nobody@example.org", "--transcript");
        Assert.Equal(1, sent.Status);
        Assert.StartsWith("sent to bob@example.org (", sent.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nmerpati: refused for nobody@example.org: 550 5.1.1 <nobody@example.org>... No such user here\n", sent.Error, StringComparison.Ordinal);
        Assert.Contains("C: RCPT TO:<bob@example.org>\nS: 250 2.1.5 Recipient ok\nC: RCPT TO:<nobody@example.org>\nS: 550 5.1.1", sent.Error, StringComparison.Ordinal);
        Assert.Single(await MailDialogue.ReadAllAsync(Server, "bob"));
        AssertFails(await SendAsync("wrong\n", "--user", "alice@example.org", "--password-stdin", "--server", $"127.0.0.1:{Server.Submission.Port}", "--to", "bob@example.org"),
            $"127.0.0.1 port {Server.Submission.Port} refuses the login of alice@example.org: 535 5.7.8 ");
    }

    [Fact]
    public async Task TellsScriptsInJson()
    {
        using var fine = JsonDocument.Parse((await SendAsync("text", "--from", "alice@example.org", "--to", "bob@example.org", "--json")).Fine());
        Assert.Equal(JsonValueKind.Null, fine.RootElement.GetProperty("failure").ValueKind);
        Assert.Equal("taken", fine.RootElement.GetProperty("recipients")[0].GetProperty("outcome").GetString());
        var message = Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(Server, "bob")));
        Assert.Contains($"\r\nMessage-ID: <{fine.RootElement.GetProperty("messageId").GetString()}>\r\n", message, StringComparison.Ordinal);
        var refused = await SendAsync("text", "--from", "alice@example.org", "--to", "nobody@example.org", "--json");
        Assert.Equal(1, refused.Status);
        using var told = JsonDocument.Parse(refused.Output);
        Assert.Equal(("refused", "5.1.1"), (told.RootElement.GetProperty("recipients")[0].GetProperty("outcome").GetString(), told.RootElement.GetProperty("recipients")[0].GetProperty("status").GetString()));
    }

    private static void AssertFails(CommandResult result, string line)
    {
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.StartsWith($"merpati: {line}", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    // To the listener that the configuration names.
    private Task<CommandResult> SendAsync(string? input, params string[] arguments) =>
        Command.MerpatiAsync(Data, input, ["send", "--set", $"Listeners:smtp:Endpoint={Server.Smtp}", .. arguments]);

    private Task<CommandResult> LogInAsync(params string[] arguments) => SendAsync("secret\n", ["--user", "alice@example.org", "--password-stdin", "--to", "bob@example.org", .. arguments]);

    private sealed class Read : IReadableMessageSink
    {
        private readonly StringBuilder _told = new();

        public void Header(ReadableHeader header) => _told.Append($"{header.From}|{header.To}|{header.Cc}|{header.Subject}|");

        public void Text(ReadOnlySpan<char> text) => _told.Append(text);

        public void Attachment(AttachmentHeader attachment) => _told.Append($"|{attachment.Name} {attachment.MediaType}");

        public override string ToString() => _told.ToString();
    }
}
