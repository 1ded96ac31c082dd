using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Merpati.Host.Tests;

/// <summary>Mail moves from one real server to another.</summary>
public sealed class FetchTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _old;

    private string OldData => _folder["old"];

    private string Data => _folder["new"];

    private RunningServer Old => _old!;

    private string Url => $"pop3://alice@127.0.0.1:{Old.Pop3.Port}/";

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(OldData, "alice");
        await RunningServer.PrepareAsync(Data, "ann");
        _old = await RunningServer.StartAsync(OldData);
    }

    public async ValueTask DisposeAsync()
    {
        if (_old is not null) await _old.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task TwoHundredMessagesMoveOnceThoughTheMoverIsKilled()
    {
        const int Count = 200;
        var line = new string('x', 70) + "\r\n";
        await FillAsync(Enumerable.Range(0, Count).Select(i => MailDialogue.Message($"{i}", $".{i}\r\n{string.Concat(Enumerable.Repeat(line, 1_400))}")));
        var sent = await MailDialogue.ReadAllAsync(Old);
        await using var server = await RunningServer.StartAsync(Data);
        using (var mover = Start("--delete"))
        {
            await Patience.UntilAsync("the first messages", async () => await CountAsync(server) > 0);
            mover.Kill();
            await mover.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var moved = await CountAsync(server);
        Assert.InRange(moved, 1, Count - 1);
        CommandResult? again = null;
        await Patience.UntilAsync("the old server's session is over", async () => !(again = await FetchAsync("--delete")).Error.Contains("[IN-USE]", StringComparison.Ordinal));
        Assert.Contains($"collected {Count - moved} messages", again!.Fine(), StringComparison.Ordinal);
        Assert.Contains($"; {moved} had come before; {Count} removed there", again.Output, StringComparison.Ordinal);
        await AssertMovedAsync(server, sent);
        Assert.Equal(0, await CountAsync(Old, "alice"));
        Assert.Contains("collected 0 messages", (await FetchAsync()).Fine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeavesMailThereAndTakesItOnceWithoutAServerHere()
    {
        await FillAsync([MailDialogue.Message("one"), MailDialogue.Message("two", "gr\u00fc\u00dfe\r\n..\r\n")]);
        var sent = await MailDialogue.ReadAllAsync(Old);
        using var first = JsonDocument.Parse((await FetchAsync("--json")).Fine());
        Assert.Equal((2, "ann@example.org", JsonValueKind.Null), (first.RootElement.GetProperty("collected").GetInt32(), first.RootElement.GetProperty("account").GetString(), first.RootElement.GetProperty("failure").ValueKind));
        await FillAsync([MailDialogue.Message("three")]);
        Assert.StartsWith("collected 1 message (", (await FetchAsync("--to", "ANN@example.org", "--keep")).Fine(), StringComparison.Ordinal);
        sent.Add((await MailDialogue.ReadAllAsync(Old))[2]);
        await using var server = await RunningServer.StartAsync(Data);
        await AssertMovedAsync(server, sent);
        Assert.Equal(3, await CountAsync(Old, "alice"));
    }

    [Fact]
    public async Task BelievesOnlyACertificateThatSomebodyVouchesFor()
    {
        await FillAsync([MailDialogue.Message("one")]);
        foreach (var url in new[] { $"pop3s://alice@localhost:{Old.Pop3s.Port}/", $"pop3://alice@localhost:{Old.Pop3.Port}/" })
        {
            var refused = await Command.MerpatiAsync(Data, "secret\n", "fetch", url, "--password-stdin", "--tls", "verified");
            AssertFails(refused, "no TLS with localhost: nobody we trust vouches for the server's certificate");
        }

        AssertFails(await Command.MerpatiAsync(Data, "secret\n", "fetch", $"pop3s://alice@localhost:{Old.Pop3s.Port}/", "--password-stdin"), "no TLS with localhost");
        await using var server = await RunningServer.StartAsync(Data);
        foreach (var url in new[] { $"pop3s://alice@localhost:{Old.Pop3s.Port}/", $"pop3://alice@127.0.0.1:{Old.Pop3.Port}/" })
        {
            (await Command.MerpatiAsync(Data, "secret\n", "fetch", url, "--password-stdin", "--tls", "unverified")).Fine();
        }

        var messages = await MailDialogue.ReadAllAsync(server, "ann");
        Assert.Equal(2, messages.Count);
        Assert.All(messages, message => Assert.Contains(" with POP3S id ", Encoding.Latin1.GetString(message), StringComparison.Ordinal));
    }

    [Fact]
    public async Task SaysInALineWhatIsWrong()
    {
        await FillAsync([MailDialogue.Message("one")]);
        AssertFails(await Command.MerpatiAsync(Data, "hunter2\n", "fetch", Url, "--password-stdin"), "127.0.0.1 refuses the login of alice: ");
        AssertFails(await Command.MerpatiAsync(Data, "secret\n", "fetch", "pop3://alice@127.0.0.1:1/", "--password-stdin"), "cannot reach 127.0.0.1 port 1: the connection was refused");
        AssertFails(await FetchAsync("--to", "nobody@example.org"), "there is no account nobody@example.org");
        Assert.Equal("[]", (await Command.MerpatiAsync(Data, null, "account", "collect", "list", "--json")).Fine().Trim());
        using (await MailDialogue.LogInAsync(Old)) AssertFails(await FetchAsync(), "another session has the maildrop of alice open: -ERR [IN-USE]");

        (await Command.MerpatiAsync(Data, "secret\n", "account", "add", "bob@example.org", "--password-stdin")).Fine();
        AssertFails(await FetchAsync(), "there are 2 accounts here; say which one gets the mail with --to ADDRESS");
        foreach (var wrong in new[] { "pop3://alice:secret@127.0.0.1/", "imap://alice@127.0.0.1/", "127.0.0.1" }) Assert.Equal(2, (await Command.MerpatiAsync(Data, "secret\n", "fetch", wrong, "--password-stdin")).Status);
        foreach (var wrong in new[] { new[] { "--keep", "--delete" }, ["--tls", "perhaps"], ["--interval", "1s"], ["--interval", "x"] }) Assert.Equal(2, (await FetchAsync(["--to", "ann@example.org", .. wrong])).Status);
        Assert.Equal(2, (await Command.MerpatiAsync(Data, "secret\n", "fetch", $"pop3s://alice@127.0.0.1:{Old.Pop3s.Port}/", "--to", "ann@example.org", "--tls", "none", "--password-stdin")).Status);
        Assert.Equal(2, (await Command.MerpatiAsync(Data, "", "fetch", Url, "--to", "ann@example.org")).Status);
    }

    [Fact]
    public async Task WhatDoesNotFitStaysThereAndIsTold()
    {
        var large = MailDialogue.Message("large", string.Concat(Enumerable.Repeat(new string('y', 70) + "\r\n", 1_000)));
        await FillAsync([MailDialogue.Message("one"), large, MailDialogue.Message("three")]);
        (await Command.MerpatiAsync(Data, null, "account", "set", "ann@example.org", "--quota", "50K")).Fine();
        var full = await FetchAsync("--delete");
        Assert.Equal(1, full.Status);
        Assert.StartsWith("collected 2 messages (", full.Output, StringComparison.Ordinal);
        Assert.Contains("2 removed there", full.Output, StringComparison.Ordinal);
        Assert.Matches("merpati: message 2 \\(\\d+ octets\\) does not fit: the account here is over its quota; it stays there\nmerpati: 1 message left there\n", full.Error);
        (await Command.MerpatiAsync(Data, null, "account", "set", "ann@example.org", "--quota", "none")).Fine();
        var tooLarge = await FetchAsync("--delete", "--set", "Mail:MaxMessageBytes=65536");
        Assert.Equal(1, tooLarge.Status);
        Assert.Contains("is larger than a message here may be (65536 octets)", tooLarge.Error, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(Old, "alice"));
        (await FetchAsync("--delete")).Fine();
        Assert.Equal(0, await CountAsync(Old, "alice"));
    }

    [Fact]
    public async Task GoesOnAtItsIntervalUntilItIsInterrupted()
    {
        await FillAsync([MailDialogue.Message("one")]);
        using var mover = Start("--interval", "10s");
        Assert.StartsWith("collected 1 message", await mover.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await FillAsync([MailDialogue.Message("two")]);
        Assert.StartsWith("collected 1 message", await mover.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await Command.RunAsync("kill", ["-INT", mover.Id.ToString(CultureInfo.InvariantCulture)]);
        await mover.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(0, mover.ExitCode);
    }

    [Fact]
    public async Task TheServerCollectsByItselfFromWhatWasAdded()
    {
        await FillAsync([MailDialogue.Message("one")]);
        await using var server = await RunningServer.StartAsync(Data);
        Assert.Equal("ann@example.org collects from " + Url + " every 10s", (await CollectAsync("secret\n", "add", "ann@example.org", Url, "--delete", "--interval", "10s", "--password-stdin")).Fine().Trim());
        await Patience.UntilAsync("the first message", async () => await CountAsync(server) == 1);
        await FillAsync([MailDialogue.Message("two")]);
        await Patience.UntilAsync("the second message", async () => await CountAsync(server) == 2);
        await Patience.UntilAsync("they are removed there", async () => await CountAsync(Old, "alice") == 0);
        Assert.Contains($"<ann@example.org> from {Url}: collected 1 message(s)", server.Log, StringComparison.Ordinal);

        // By hand beside it, with the password that is kept; the other one may have the maildrop just now.
        await Patience.UntilAsync("a turn by hand", async () => (await Command.MerpatiAsync(Data, "", "fetch", Url)).Status == 0);

        await FillAsync([MailDialogue.Message("three")]);
        await Patience.UntilAsync("it is removed there too", async () => await CountAsync(Old, "alice") == 0);
        (await CollectAsync("sesame-open\n", "add", "ann@example.org", Url, "--interval", "10s", "--password-stdin")).Fine();
        await Patience.UntilAsync("the failure", async () => (await CollectAsync(null, "list", "ann@example.org")).Fine().Contains("refuses the login of alice", StringComparison.Ordinal));
        using var list = JsonDocument.Parse((await CollectAsync(null, "list", "--json")).Fine());
        var entry = Assert.Single(list.RootElement.EnumerateArray());
        Assert.Equal((Url, "keep", "none", "10s", 3), (entry.GetProperty("server").GetString(), entry.GetProperty("after").GetString(), entry.GetProperty("tls").GetString(), entry.GetProperty("interval").GetString(), entry.GetProperty("collected").GetInt32()));
        Assert.DoesNotContain("sesame", server.Log + list.RootElement.GetRawText(), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Data, "merpati.db*")) Assert.Equal(-1, (await ReadSharedAsync(file)).AsSpan().IndexOf("sesame"u8));

        (await CollectAsync(null, "remove", "ann@example.org", Url)).Fine();
        Assert.Equal(1, (await CollectAsync(null, "remove", "ann@example.org", Url)).Status);
        Assert.Equal("[]", (await CollectAsync(null, "list", "--json")).Fine().Trim());
        Assert.Equal(1, (await CollectAsync("x\n", "add", "nobody@example.org", Url, "--password-stdin")).Status);
        Assert.Equal(0, await server.StopAsync());
    }

    private static void AssertFails(CommandResult result, string why)
    {
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains(why, Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", result.Error, StringComparison.Ordinal);
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var octets = new MemoryStream();
        await stream.CopyToAsync(octets);
        return octets.ToArray();
    }

    private static async Task<int> CountAsync(RunningServer server, string user = "ann")
    {
        while (true)
        {
            using var pop3 = await LineClient.ConnectAsync(server.Pop3);
            await pop3.AskAsync($"USER {user}");
            var login = await pop3.AskAsync("PASS secret");
            if (login.Contains("[IN-USE]", StringComparison.Ordinal)) continue;
            Assert.StartsWith("+OK", login, StringComparison.Ordinal);
            var stat = await pop3.AskAsync("STAT");
            await pop3.AskAsync("QUIT");
            return int.Parse(stat.Split(' ')[1], CultureInfo.InvariantCulture);
        }
    }

    // Under our own field each message is what the old server gave out, in the same order.
    private static async Task AssertMovedAsync(RunningServer server, List<byte[]> sent)
    {
        var moved = await MailDialogue.ReadAllAsync(server, "ann");
        Assert.Equal(sent.Count, moved.Count);
        foreach (var (before, after) in sent.Zip(moved))
        {
            var text = Encoding.Latin1.GetString(after);
            Assert.StartsWith("Received: from 127.0.0.1 ([127.0.0.1])\r\n\tby ", text, StringComparison.Ordinal);
            Assert.Contains(" with POP3 id ", text, StringComparison.Ordinal);
            var end = text.IndexOf("\r\n", text.IndexOf(";\r\n\t", StringComparison.Ordinal) + 4, StringComparison.Ordinal) + 2;
            Assert.True(before.AsSpan().SequenceEqual(after.AsSpan(end)));
        }
    }

    private async Task FillAsync(IEnumerable<byte[]> messages)
    {
        using var smtp = await MailDialogue.GreetAsync(Old);
        foreach (var message in messages) Assert.StartsWith("250", await MailDialogue.SendAsync(smtp, message, "alice@example.org"), StringComparison.Ordinal);
    }

    private Task<CommandResult> FetchAsync(params string[] more) => Command.MerpatiAsync(Data, "secret\n", ["fetch", Url, "--password-stdin", .. more]);

    private Task<CommandResult> CollectAsync(string? input, params string[] more) => Command.MerpatiAsync(Data, input, ["account", "collect", .. more]);

    private Process Start(params string[] more)
    {
        var process = Command.Start(Repository.Program, ["fetch", Url, "--password-stdin", .. more, "--data", Data]);
        process.StandardInput.WriteLine("secret");
        process.StandardInput.Flush();
        return process;
    }
}
