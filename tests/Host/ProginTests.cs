using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Merpati.Host.Cli.Progin;

namespace Merpati.Host.Tests;

/// <summary>Progin with the real server: its listener, its verbs, and the same mailboxes as by SMTP and POP3.</summary>
public sealed class ProginTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _server;

    private string Data => _folder["data"];

    private RunningServer Server => _server!;

    private string Where => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Server.Progin.Port}");

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(Data, "user1", "user2");
        _server = await RunningServer.StartAsync(Data);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WhatIsSentByProginIsReadByPop3()
    {
        const string Text = "Grüße: €\n.\n..\n.dot\nsubject: x\n\nlast line without an end";
        Assert.Equal("sent to user2", (await SendAsync("secret\n" + Text, "--to", "user2", "--subject", "Привет")).Fine().Trim());
        var message = Encoding.UTF8.GetString(Assert.Single(await MailDialogue.ReadAllAsync(Server, "user2")));
        Assert.StartsWith("Return-Path: <user1@example.org>\r\nReceived: from ", message, StringComparison.Ordinal);
        Assert.Contains("with PROGIN id ", message, StringComparison.Ordinal);
        Assert.Contains("\r\nDate: ", message, StringComparison.Ordinal);
        Assert.Contains("\r\nMessage-ID: <", message, StringComparison.Ordinal);
        Assert.Contains("\r\nFrom: user1@example.org\r\nTo: user2@example.org\r\nSubject: =?utf-8?", message, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + Text.ReplaceLineEndings("\r\n") + "\r\n", message, StringComparison.Ordinal);
        var listed = await FetchAsync("user2");
        Assert.Equal(("user2", "user1", "Привет", Text + "\n"), (listed[0].To, listed[0].From, listed[0].Subject, listed[0].Text));
    }

    [Fact]
    public async Task WhatIsSentBySmtpIsReadByProgin()
    {
        using var smtp = await MailDialogue.GreetAsync(Server);
        var mime = """
            From: =?iso-8859-1?q?J=FCrgen?= <juergen@example.net>
            To: user1@example.org, user2@example.org
            Subject: =?utf-8?b?0J/RgNC40LLQtdGC?=
            Date: Sat, 7 Mar 2009 12:00:00 +0700
            MIME-Version: 1.0
            Content-Type: multipart/alternative; boundary=x

            --x
            Content-Type: text/plain; charset=koi8-r
            Content-Transfer-Encoding: base64

            8NLJ18XULg0KLg0K
            --x
            Content-Type: text/html

            <p>no</p>
            --x--

            """.ReplaceLineEndings("\r\n");
        Assert.StartsWith("250", await MailDialogue.SendAsync(smtp, Encoding.UTF8.GetBytes(mime), "user1@example.org"), StringComparison.Ordinal);
        var listed = Assert.Single(await FetchAsync("user1"));
        Assert.Equal(("user1, user2", "Jürgen <juergen@example.net>", "07-03-09", "Привет", "Привет.\n.\n"), (listed.To, listed.From, listed.Time, listed.Subject, listed.Text));
        var shown = (await Command.MerpatiAsync(Data, "secret\n", "progin", "fetch", Where, "--user", "user1", "--password-stdin", "--transcript")).Fine();
        Assert.Equal("--- 1 of 1\nTo: user1, user2\nFrom: Jürgen <juergen@example.net>\nTime: 07-03-09\nSubject: Привет\n\nПривет.\n.\n\n", shown);

        // What Progin has shown counts as read (RFC 1460 §5).
        using var pop3 = await MailDialogue.LogInAsync(Server, "user1");
        Assert.StartsWith("+OK 1 ", await pop3.AskAsync("LAST"), StringComparison.Ordinal);
        Assert.Single(await FetchAsync("user1")); // while POP3 has the maildrop locked
    }

    [Fact]
    public async Task TheAssignmentTypedWithNetcatWorksAsItStands()
    {
        var nc = Command.Need("nc");
        var port = Server.Progin.Port.ToString(CultureInfo.InvariantCulture);
        var sent = await Command.RunAsync(nc, ["-N", "127.0.0.1", port], "HELO\nMAIL\nSNDR user1 secret\nRCPT user2\nDATA\nsubject: hello.\ncontent: .\nhello world!.\n.\nQUIT\n");
        Assert.Equal("OK\nOK\nOK\nOK\nOK\nBYE\n", sent.Output);
        var day = TimeProvider.System.GetLocalNow().ToString("dd-MM-yy", CultureInfo.InvariantCulture);
        var fetched = await Command.RunAsync(nc, ["-N", "127.0.0.1", port], "HELO\nFTCH\nLGIN user2 secret\nLIST\nQUIT\n");
        Assert.Equal($"OK\nOK\nOK\n1\nMAIL 1\nTo: user2\nFrom: user1\nTime: {day}\nSubject: hello.\n..\nhello world!.\n.\nBYE\n", fetched.Output);
    }

    [Fact]
    public async Task TheVerbsUseThisServerByDefaultAndShowTheDialogue()
    {
        var own = new[] { "--set", $"Listeners:progin:Endpoint={Where}" };
        var sent = await Command.MerpatiAsync(Data, "secret\n", ["progin", "send", "--user", "user1", "--password-stdin", "--to", "user2", "user1@example.org", "--text", "hi", "--transcript", .. own]);
        Assert.Equal("sent to user2, user1@example.org", sent.Fine().Trim());
        Assert.Equal(
            "C: HELO|S: OK|C: MAIL|S: OK|C: SNDR user1 ...|S: OK|C: RCPT user2|S: OK|C: RCPT user1@example.org|S: OK|C: DATA|C: content:|C: [2 octets]|C: .|S: OK|C: QUIT|S: BYE",
            sent.Error.TrimEnd().Replace('\n', '|'));
        var fetched = await Command.MerpatiAsync(Data, "secret\n", ["progin", "fetch", "--user", "user2", "--password-stdin", "--transcript", .. own]);
        Assert.EndsWith("\n\nhi\n\n", fetched.Fine(), StringComparison.Ordinal);
        Assert.Contains("C: LGIN user2 ...\nS: OK\nC: LIST\nS: 1\nS: MAIL 1\nS: To: user2, user1\nS: From: user1\n", fetched.Error, StringComparison.Ordinal);
        (await Command.MerpatiAsync(Data, "secret\n", "account", "add", "user3@example.org", "--password-stdin")).Fine();
        Assert.Equal("no messages", (await Command.MerpatiAsync(Data, "secret\n", "progin", "fetch", Where, "--user", "user3@example.org", "--password-stdin")).Fine().Trim());
        Assert.Equal("[]", (await Command.MerpatiAsync(Data, "secret\n", "progin", "fetch", Where, "--user", "user3", "--password-stdin", "--json")).Fine().Trim());
    }

    [Theory]
    [InlineData("peer.example", "peer.example", 2109)]
    [InlineData("peer.example:21", "peer.example", 21)]
    [InlineData("127.0.0.1", "127.0.0.1", 2109)]
    [InlineData("127.0.0.1:21", "127.0.0.1", 21)]
    [InlineData("::1", "::1", 2109)]
    [InlineData("[::1]", "::1", 2109)]
    [InlineData("[::1]:21", "::1", 21)]
    public void AServerIsNamedByItsNameOrItsAddress(string text, string host, int port) =>
        Assert.Equal(new ProginServer(host, port), ProginServer.Parse(text));

    // Whoever is told of a full disk only would send it again.
    [Fact]
    public async Task SaysThatAMessageWasSentWhereItCannotBePrinted()
    {
        var arguments = new[] { "progin", "send", Where, "--user", "user1", "--password-stdin", "--to", "user2", "--text", "hi" };
        var sent = await Command.RunAsync("bash", ["-c", "\"$0\" \"$@\" >/dev/full", Repository.Program, .. arguments], "secret\n");
        Assert.Equal((1, "merpati: sent to user2; standard output cannot be written: No space left on device\n"), (sent.Status, sent.Error));
        var silent = await Command.RunAsync("bash", ["-c", "\"$0\" \"$@\" --transcript 2>/dev/full", Repository.Program, .. arguments], "secret\n");
        Assert.Equal((0, "sent to user2\n"), (silent.Status, silent.Output));
        Assert.Equal(2, (await FetchAsync("user2")).Count);
    }

    // A text of 20 MB is under the limit, and what it becomes must be, too.
    [Fact]
    public async Task ALongTextIsTakenInEveryScript()
    {
        var text = string.Concat(Enumerable.Repeat("Привет мир\n", 1_000_000));
        Assert.Equal("sent to user2", (await SendAsync("secret\n" + text, "--to", "user2")).Fine().Trim());
        Assert.Equal(text, Assert.Single(await FetchAsync("user2")).Text);
    }

    [Fact]
    public async Task AsksOnATerminalForWhatIsMissing()
    {
        var script = Command.Need("script");
        var typed = "user1\nuser2, user1\nsecret\nTes\nbaris satu\n..\n.\n";
        var sent = await Command.RunAsync(script, ["-qec", $"{Repository.Program} progin send {Where} --data {Data}", "/dev/null"], typed);
        Assert.True(sent.Status == 0, sent.Output);
        Assert.Contains("sent to user2, user1", sent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", sent.Output.Split("Password:")[^1], StringComparison.Ordinal);
        var listed = Assert.Single(await FetchAsync("user2"));
        Assert.Equal(("user2, user1", "Tes", "baris satu\n..\n"), (listed.To, listed.Subject, listed.Text));
    }

    [Fact]
    public async Task SaysInALineWhatIsWrong()
    {
        AssertFails(await SendAsync("wrong\nhi", "--to", "user2"), $"127.0.0.1 port {Server.Progin.Port} refuses the login of user1: Wrong name or password");
        AssertFails(await SendAsync("secret\nhi", "--to", "nobody", "neither@example.org"), "nothing was sent; refused: nobody (There is no such user); neither@example.org (There is no such user)");
        AssertFails(await SendAsync("secret\nh\0i", "--to", "user2"), "does not take the message: The text holds a NUL; nothing was sent");
        Assert.Empty(await MailDialogue.ReadAllAsync(Server, "user2"));
        var some = await SendAsync("secret\nhi", "--to", "nobody", "user2");
        Assert.Equal((1, "sent to user2\n", "merpati: refused: nobody (There is no such user)\n"), (some.Status, some.Output, some.Error));
        AssertFails(await Command.MerpatiAsync(Data, "x\n", "progin", "fetch", "127.0.0.1:1", "--user", "user1", "--password-stdin"), "cannot reach 127.0.0.1 port 1: the connection was refused");
        AssertFails(await Command.MerpatiAsync(Data, "x\n", "progin", "fetch", $"127.0.0.1:{Server.Smtp.Port}", "--user", "user1", "--password-stdin"), "turns us away: the server sent something that is no reply");
        AssertFails(await Command.MerpatiAsync(Data, "x\n", "progin", "fetch", "--user", "user1", "--password-stdin", "--set", "Listeners:progin:Endpoint=off"), "there is no progin listener of a known port here");
        foreach (var wrong in new[] { new[] { "nonsense:port" }, ["--to", "user2", "--user", "two words"], [Where, "--to", "user2"], [Where, "--user", "user1"] })
        {
            Assert.Equal(2, (await Command.MerpatiAsync(Data, "secret\nhi", ["progin", "send", .. wrong, "--password-stdin"])).Status);
        }
    }

    [Fact]
    public async Task AServerThatBreaksOffLeavesItOpenWhetherTheMessageWasSent()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var verb = Command.MerpatiAsync(Data, "secret\n", "progin", "send", listener.LocalEndpoint.ToString()!, "--user", "user1", "--password-stdin", "--to", "user2", "--text", "hi");
        using (var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
            using var reader = new StreamReader(client.GetStream());
            await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            for (var i = 0; i < 4; i++)
            {
                await reader.ReadLineAsync(TestContext.Current.CancellationToken);
                await writer.WriteAsync("OK\n");
            }

            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) != ".") ;
        }

        AssertFails(await verb, "; whether the message was sent is not known");
    }

    [Fact]
    public async Task LargeMessagesAreSentAndListedInLittleMemory()
    {
        const int Limit = 52_428_800; // octets
        const long MaxGrowth = 40 * 1024; // KiB
        using var smtp = await MailDialogue.GreetAsync(Server);
        for (var i = 0; i < 5; i++) await MailDialogue.SendAsync(smtp, MailDialogue.Message("warm", Lines(300_000)), "user1@example.org");
        await ListAsync();
        var before = Server.MemoryKiB("VmRSS");
        Assert.StartsWith("250", await MailDialogue.SendAsync(smtp, MailDialogue.Message("big", Lines(Limit - 1000)), "user1@example.org"), StringComparison.Ordinal);
        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync(Server.Progin, TestContext.Current.CancellationToken);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HELO\nMAIL\nSNDR user1 secret\nRCPT user1\nDATA\n" + Lines(40_000_000) + ".\nQUIT\n"), TestContext.Current.CancellationToken);
            Assert.Equal("OK\nOK\nOK\nOK\nOK\nBYE\n", await new StreamReader(stream).ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        Assert.InRange(await ListAsync(), Limit + 40_000_000, Limit + 50_000_000);
        var growth = Server.MemoryKiB("VmHWM") - before;
        Assert.True(growth < MaxGrowth, $"50 MB cost {growth} KiB");
    }

    // The octets of a listing.
    private async Task<long> ListAsync()
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(Server.Progin, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("HELO\nFTCH\nLGIN user1 secret\nLIST\nQUIT\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[64 * 1024];
        long octets = 0;
        while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var length) octets += length;
        return octets;
    }

    private static string Lines(int octets) => string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", octets / 72));

    private static void AssertFails(CommandResult result, string why)
    {
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains(why, Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private Task<CommandResult> SendAsync(string input, params string[] more) =>
        Command.MerpatiAsync(Data, input, ["progin", "send", Where, "--user", "user1", "--password-stdin", .. more]);

    private async Task<List<(string To, string From, string Time, string Subject, string Text)>> FetchAsync(string user)
    {
        var printed = (await Command.MerpatiAsync(Data, "secret\n", "progin", "fetch", Where, "--user", user, "--password-stdin", "--json")).Fine();
        using var json = JsonDocument.Parse(printed);
        return [.. json.RootElement.EnumerateArray().Select(entry => (Of(entry, "to"), Of(entry, "from"), Of(entry, "time"), Of(entry, "subject"), Of(entry, "text")))];

        static string Of(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
    }
}
