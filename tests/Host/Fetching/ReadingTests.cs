using System.CommandLine;
using System.Text;
using System.Text.Json;
using Merpati.Host.Cli;

namespace Merpati.Host.Tests.Fetching;

/// <summary>A maildrop of a real server is read at a terminal, with no store and no data directory here.</summary>
public sealed class ReadingTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _server;

    private RunningServer Server => _server!;

    private string Url => $"pop3://alice@127.0.0.1:{Server.Pop3.Port}/";

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        _server = await RunningServer.StartAsync(_folder["data"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ListsWhatThereIsWithDecodedHeaders()
    {
        Assert.Equal("the maildrop is empty\n", (await FetchCommand.RunAsync(Url, "--list")).Fine());
        Assert.Equal("[]\n", (await FetchCommand.RunAsync(Url, "--list", "--json")).Fine());
        await FillAsync(Message("From: =?utf-8?b?0JjQstCw0L0=?= <ivan@example.com>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0100\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"), Message("Subject: \u001b]0;two\u0007\r\n"));
        var sizes = (await MailDialogue.ReadAllAsync(Server)).ConvertAll(message => message.Length);
        using var list = JsonDocument.Parse((await FetchCommand.RunAsync(Url, "--list", "--json")).Fine());
        var first = list.RootElement[0];
        Assert.Equal(
            (1, sizes[0], "2026-11-22T10:00:00+01:00", "\u0418\u0432\u0430\u043d <ivan@example.com>", "Gr\u00fc\u00dfe"),
            (first.GetProperty("number").GetInt32(), first.GetProperty("octets").GetInt32(), first.GetProperty("date").GetString(), first.GetProperty("from").GetString(), first.GetProperty("subject").GetString()));
        Assert.NotEqual(first.GetProperty("uniqueid").GetString(), list.RootElement[1].GetProperty("uniqueid").GetString());

        var lines = (await FetchCommand.RunAsync(Url, "--list")).Fine().TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("number  octets  date", lines[0], StringComparison.Ordinal);
        Assert.Contains("Gr\u00fc\u00dfe", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', lines[2]);
        Assert.Contains("]0;two", lines[2], StringComparison.Ordinal);
        Assert.Equal(2, (await FetchCommand.RunAsync(Url, "--list", "--messages", "2")).Fine().TrimEnd().Split('\n').Length);
        Assert.Equal($"2 messages, {sizes.Sum()} octets\n", (await FetchCommand.RunAsync(Url, "--stat")).Fine());
        Assert.False(Directory.Exists(Path.Combine(Environment.CurrentDirectory, "data")));
    }

    [Fact]
    public async Task ShowsMessagesDecodedAndHarmlessOrAsTheyAre()
    {
        const string Multipart = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + "gr=C3=BC=C3=9Fe =1B[2J\r\nFrom here\r\n.\r\n--b\r\nContent-Type: image/png; name=\"a.png\"\r\n\r\nxx\r\n--b--\r\n";
        await FillAsync(Encoding.ASCII.GetBytes("From: ann@example.com\r\nTo: alice@example.org\r\nSubject: one\r\nMIME-Version: 1.0\r\n" + Multipart), Message("Subject: two\r\n", "the second\r\n"));
        var shown = (await FetchCommand.RunAsync(Url, "--show", "1")).Fine();
        Assert.Equal("From: ann@example.com\nTo: alice@example.org\nSubject: one\n\ngr\u00fc\u00dfe \\u001b[2J\nFrom here\n.\n[attachment: a.png (image/png)]\n", shown);
        var both = (await FetchCommand.RunAsync(Url, "--show", "2", "1")).Fine();
        Assert.True(both.IndexOf("the second", StringComparison.Ordinal) is > 0 and var second && second < both.IndexOf("From here", StringComparison.Ordinal), both);
        Assert.StartsWith("--- message 2, ", both, StringComparison.Ordinal);
        Assert.Equal(Encoding.ASCII.GetString((await MailDialogue.ReadAllAsync(Server))[0]), (await FetchCommand.RunAsync(Url, "--show", "1", "--raw")).Fine());
    }

    [Fact]
    public async Task PrintsTheDialogueWithoutThePassword()
    {
        await FillAsync(Message("Subject: one\r\n"));
        foreach (var way in new[] { "USER", "PLAIN", "SCRAM-SHA-256" })
        {
            var result = await FetchCommand.RunAsync(Url, "--stat", "--transcript", "--auth", way);
            Assert.StartsWith("1 message, ", result.Fine(), StringComparison.Ordinal);
            Assert.StartsWith("S: +OK ", result.Error, StringComparison.Ordinal);
            Assert.Contains("\nC: STAT\nS: +OK 1 ", result.Error, StringComparison.Ordinal);
            Assert.Contains(way == "USER" ? "\nC: USER alice\n" : $"\nC: AUTH {way}", result.Error, StringComparison.Ordinal);
            foreach (var secret in new[] { "secret", Convert.ToBase64String("\0alice\0secret"u8), Convert.ToBase64String("secret"u8) }) Assert.DoesNotContain(secret, result.Error, StringComparison.Ordinal);
        }

        await RunningServer.PrepareAsync(_folder["here"], "ann");
        var collected = await Command.MerpatiAsync(_folder["here"], "secret\n", "fetch", Url, "--password-stdin", "--transcript", "--auth", "LOGIN");
        Assert.StartsWith("collected 1 message", collected.Fine(), StringComparison.Ordinal);
        Assert.Contains("\nC: AUTH LOGIN\n", collected.Error, StringComparison.Ordinal);
        Assert.Contains("\nC: RETR 1\nS: +OK", collected.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RemovesOnlyWhatIsNamed()
    {
        await FillAsync(Message("Subject: one\r\n"), Message("Subject: two\r\n"), Message("Subject: three\r\n"));
        (await FetchCommand.RunAsync(Url, "--delete", "--messages", "4")).Fails("there is no message 4; the maildrop holds 3 messages");
        Assert.Equal($"removed 2 messages from {Url}\n", (await FetchCommand.RunAsync(Url, "--delete", "--messages", "1,3")).Fine());
        Assert.Contains("Subject: two", Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(Server))), StringComparison.Ordinal);
        using var removed = JsonDocument.Parse((await FetchCommand.RunAsync(Url, "--delete", "--all", "--json")).Fine());
        Assert.Equal(1, removed.RootElement.GetProperty("removed").GetInt32());
        Assert.Empty(await MailDialogue.ReadAllAsync(Server));
    }

    [Fact]
    public async Task SaysInALineWhatIsWrong()
    {
        await FillAsync(Message("Subject: one\r\n"));
        (await FetchCommand.RunAsync("pop3://alice@127.0.0.1:1/", "--list")).Fails("cannot reach 127.0.0.1 port 1: the connection was refused");
        (await FetchCommand.RunAsync("pop3://alice@nosuch.invalid/", "--list", "--tls", "verified")).Fails("there is no host nosuch.invalid");
        (await FetchCommand.RunAsync($"pop3s://alice@localhost:{Server.Pop3s.Port}/", "--list")).Fails("no TLS with localhost: nobody we trust vouches for the server's certificate; --tls unverified would take any certificate");
        (await FetchCommand.RunAsync($"pop3s://alice@localhost:{Server.Pop3s.Port}/", "--stat", "--tls", "unverified")).Fine();
        (await FetchCommand.RunAsync(Url.Replace("alice", "bob", StringComparison.Ordinal), "--list")).Fails("127.0.0.1 refuses the login of bob: -ERR [AUTH]");
        (await FetchCommand.RunAsync($"pop3://alice@127.0.0.1:{Server.Smtp.Port}/", "--list")).Fails("does not speak POP3");
        (await FetchCommand.RunAsync(Url, "--show", "2")).Fails("there is no message 2; the maildrop holds 1 message");
        (await FetchCommand.RunAsync(Url, "--stat", "--auth", "DIGEST-MD5")).Fails("the server does not offer DIGEST-MD5");
        using (await MailDialogue.LogInAsync(Server)) (await FetchCommand.RunAsync(Url, "--list")).Fails("another session has the maildrop of alice open: -ERR [IN-USE]");
    }

    [Fact]
    public async Task WhatTlsFailsOfIsNotLaidToTheCertificate()
    {
        await using var plain = new ScriptedMaildrop();
        var result = await FetchCommand.RunAsync(plain.Url.Replace("pop3://", "pop3s://", StringComparison.Ordinal), "--list");
        result.Fails("no TLS with 127.0.0.1: ");
        Assert.DoesNotContain("--tls unverified", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7-", "2147483647")]
    [InlineData("1-2147483647", "1 2147483647")]
    [InlineData("2147483647,1-2,1", "2147483647 1")]
    public async Task NumbersThatLieFarApartAreFoundAtOnce(string messages, string expected)
    {
        await using var far = new ScriptedMaildrop
        {
            Capabilities = "USER",
            Instead = line => line == "LIST" ? MaildropAnswer.Of("+OK\r\n1 10\r\n2147483647 20\r\n.\r\n") : null,
        };
        var rows = (await FetchCommand.RunAsync(far.Url, "--list", "--messages", messages)).Fine().TrimEnd().Split('\n')[1..];
        Assert.Equal(expected.Split(' '), rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]));
    }

    [Theory]
    [InlineData("--list --stat", "--stat and --list cannot both be meant")]
    [InlineData("--show 1 --save x.mbox", "--show and --save cannot both be meant")]
    [InlineData("--list --delete", "--delete goes with --save")]
    [InlineData("--delete --all --messages 1", "--messages and --all cannot both be meant")]
    [InlineData("--all", "--all goes with --delete or --save")]
    [InlineData("--messages 1", "--messages goes with")]
    [InlineData("--raw --list", "--raw goes with --show")]
    [InlineData("--new --list", "--new goes with --save")]
    [InlineData("--save x.mbox --new --all", "--new and --all cannot both be meant")]
    [InlineData("--format mbox", "--format goes with --save")]
    [InlineData("--save x.mbox --format zip", "zip")]
    [InlineData("--save mail", "say which with --format")]
    [InlineData("--list --to ann@example.org", "--to goes with collecting")]
    [InlineData("--save x.mbox --interval 5m", "--interval goes with collecting")]
    [InlineData("--show 0", "\"0\" is no message number")]
    [InlineData("--show 3-1", "\"3-1\" is no message number")]
    [InlineData("--save x.mbox --messages 1,,2", "\"\" is no message number")]
    [InlineData("--stat --auth ROT13", "--auth is one of")]
    [InlineData("--stat --auth PLAIN --apop", "--apop and --auth cannot both be meant")]
    [InlineData("--show 1 --json", "--json does not go with --show")]
    public async Task WhatDoesNotGoTogetherIsWrongUsage(string options, string why)
    {
        var line = MerpatiCommand.Create().Parse(["fetch", "pop3://alice@127.0.0.1:1/", "--password-stdin", .. options.Split(' ')]);
        if (line.Errors.Count > 0)
        {
            Assert.Contains(why, Assert.Single(line.Errors).Message, StringComparison.Ordinal);
            return;
        }

        var failure = await Assert.ThrowsAsync<CommandFailure>(() => line.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
        Assert.Equal(2, failure.Status);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    private static byte[] Message(string header, string body = "Hello!\r\n") => Encoding.UTF8.GetBytes($"{header}\r\n{body}");

    private async Task FillAsync(params byte[][] messages)
    {
        using var smtp = await MailDialogue.GreetAsync(Server);
        foreach (var message in messages) Assert.StartsWith("250", await MailDialogue.SendAsync(smtp, message, "alice@example.org"), StringComparison.Ordinal);
    }
}
