using System.Text;

namespace Merpati.Host.Tests;

/// <summary>What the README promises, done by the clients that it names.</summary>
public sealed class FirstMailTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SetupServesAndPrintsAPasswordThatOpensTheMaildrop()
    {
        var setup = (await Command.MerpatiAsync(_folder["data"], null, "setup", "you@example.org", "--set", "Auth:Iterations=4096")).Fine();
        var password = setup.Split('\n').First(line => line.Contains("password ", StringComparison.Ordinal)).Trim().Split(' ')[^1];
        Assert.Contains("MX   10", setup, StringComparison.Ordinal);
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var smtp = await MailDialogue.GreetAsync(server);
        Assert.Equal("220 mx.example.org ESMTP Merpati", smtp.Greeting);
        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, MailDialogue.Message("first"), "you@example.org"), StringComparison.Ordinal);
        using var pop3 = await MailDialogue.LogInAsync(server, "you", password);
        Assert.StartsWith("+OK 1 ", await pop3.AskAsync("STAT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetupDoneTwiceChangesNothing()
    {
        (await Command.MerpatiAsync(_folder["data"], "mine\n", "setup", "you@example.org", "--password-stdin", "--set", "Auth:Iterations=4096")).Fine();
        var again = (await Command.MerpatiAsync(_folder["data"], null, "setup", "you@example.org")).Fine();
        Assert.Contains("there already", again, StringComparison.Ordinal);
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var pop3 = await MailDialogue.LogInAsync(server, "you@example.org", "mine");
    }

    [Fact]
    public async Task CurlSendsAndReads()
    {
        var curl = Command.Need("curl");
        await RunningServer.PrepareAsync(_folder["data"], "alice", "bob");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        var message = _folder["message.eml"];
        await File.WriteAllBytesAsync(message, MailDialogue.Message("by curl"));
        (await Command.RunAsync(curl, ["-sS", $"smtp://{server.Smtp}", "--mail-from", "bob@example.org", "--mail-rcpt", "alice@example.org", "-T", message])).Fine();

        var list = (await Command.RunAsync(curl, ["-sS", "-u", "alice:secret", $"pop3://{server.Pop3}/"])).Fine();
        Assert.StartsWith("1 ", list, StringComparison.Ordinal);
        var read = (await Command.RunAsync(curl, ["-sS", "-u", "alice@example.org:secret", $"pop3://{server.Pop3}/1"])).Fine();
        Assert.StartsWith("Return-Path: <bob@example.org>\r\nReceived: from ", read, StringComparison.Ordinal);
        Assert.EndsWith(Encoding.ASCII.GetString(MailDialogue.Message("by curl")), read, StringComparison.Ordinal);
        Assert.Equal($"{Encoding.ASCII.GetByteCount(read)}", list.Split(' ')[1].Trim());
    }

    [Fact]
    public async Task SwaksSendsToSeveral()
    {
        var swaks = Command.Need("swaks");
        await RunningServer.PrepareAsync(_folder["data"], "alice", "bob");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        var said = (await Command.RunAsync(swaks, ["--server", "127.0.0.1", "--port", $"{server.Smtp.Port}", "--helo", "client.example.com",
            "--from", "carol@example.com", "--to", "alice@example.org,bob@example.org", "--header", "Subject: by swaks", "--pipeline"])).Fine();
        Assert.Contains("250 2.0.0", said, StringComparison.Ordinal);
        foreach (var user in new[] { "alice", "bob" })
        {
            var read = Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(server, user)));
            Assert.Contains("Subject: by swaks\r\n", read, StringComparison.Ordinal);
            Assert.DoesNotContain("\tfor <", read, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SwaksIsToldOfAnUnknownUserAndOfRelaying()
    {
        var swaks = Command.Need("swaks");
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        string[] common = ["--server", "127.0.0.1", "--port", $"{server.Smtp.Port}", "--from", "carol@example.com", "--helo", "client.example.com"];
        var unknown = await Command.RunAsync(swaks, [.. common, "--to", "sidorov@example.org"]);
        Assert.Contains("550 5.1.1", unknown.Output, StringComparison.Ordinal);
        Assert.Contains("No such user here", unknown.Output, StringComparison.Ordinal);
        var foreign = await Command.RunAsync(swaks, [.. common, "--to", "someone@example.net"]);
        Assert.Contains("550 5.7.1", foreign.Output, StringComparison.Ordinal);
        Assert.Empty(await MailDialogue.ReadAllAsync(server));
    }

    [Fact]
    public async Task SmtpSourceDeliversOverOneAndManyConnections()
    {
        var source = Command.Need("smtp-source");
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        foreach (var mode in new[] { Array.Empty<string>(), ["-d"] })
        {
            (await Command.RunAsync(source, [.. mode, "-s", "10", "-m", "200", "-l", "10240", "-f", "s@example.com", "-M", "client.example.com", "-t", "alice@example.org", $"inet:{server.Smtp}"])).Fine();
        }

        Assert.Equal(400, (await MailDialogue.ReadAllAsync(server)).Count);
    }

    [Fact]
    public async Task CommandsBesideTheServerTakeEffectAtOnce()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var smtp = await MailDialogue.GreetAsync(server);
        Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<s@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1", await smtp.AskAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);
        (await Command.MerpatiAsync(_folder["data"], "secret\n", "account", "add", "bob@example.org", "--password-stdin", "--set", "Auth:Iterations=4096")).Fine();
        Assert.StartsWith("250", await smtp.AskAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);

        using (await MailDialogue.LogInAsync(server, "bob"))
        {
        }

        (await Command.MerpatiAsync(_folder["data"], "other\n", "account", "passwd", "bob@example.org", "--password-stdin", "--set", "Auth:Iterations=4096")).Fine();
        using (var pop3 = await LineClient.ConnectAsync(server.Pop3))
        {
            await pop3.AskAsync("USER bob");
            Assert.StartsWith("-ERR", await pop3.AskAsync("PASS secret"), StringComparison.Ordinal);
        }

        (await Command.MerpatiAsync(_folder["data"], null, "account", "disable", "bob@example.org")).Fine();
        Assert.StartsWith("550 5.2.1", await smtp.AskAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);
        (await Command.MerpatiAsync(_folder["data"], null, "account", "remove", "bob@example.org", "--yes")).Fine();
        Assert.StartsWith("550 5.1.1", await smtp.AskAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);
    }
}
