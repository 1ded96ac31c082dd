using System.Text;

namespace Merpati.Host.Tests.Queue;

/// <summary>Mail that goes by a provider's submission server, logged in, and mail that is handed on by LMTP: through the whole program.</summary>
public sealed class SmarthostTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _provider;

    private RunningServer Provider => _provider!;

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(_folder["provider"], "alice");
        (await Command.MerpatiAsync(_folder["provider"], null, "domain", "add", "example.net")).Fine();
        (await Command.MerpatiAsync(_folder["provider"], "secret\n", "account", "add", "bob@example.net", "--password-stdin", "--set", "Auth:Iterations=4096")).Fine();
        _provider = await RunningServer.StartAsync(_folder["provider"], "--set", "Server:HostName=mx.provider.example");
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null) await _provider.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("tls=required", false, "ESMTPSA")]
    [InlineData("implicit tls=required", true, "ESMTPSA")]
    [InlineData("tls=none", false, "ESMTPA")] // by SCRAM: the password stays here
    public async Task TheProviderTakesItFromWhoHasLoggedIn(string words, bool isImplicit, string protocol)
    {
        var port = (isImplicit ? Provider.Submissions : Provider.Submission).Port;
        await using var system = await StartAsync("secret", $"Delivery:Smarthost=127.0.0.1:{port} {words} user=alice@example.org password-file=provider.password");
        await system.SendAsync("bob@example.net", Letter("by the provider"));
        await Patience.UntilAsync("the message arrives", async () => (await MailDialogue.ReadAllAsync(Provider, "bob@example.net")).Count == 1);
        var there = Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(Provider, "bob@example.net")));
        Assert.StartsWith("Return-Path: <alice@example.org>\r\n", there, StringComparison.Ordinal);
        Assert.Contains($" with {protocol} id ", there, StringComparison.Ordinal);
        Assert.EndsWith("\r\nFrom: alice@example.org\r\nSubject: by the provider\r\n\r\nHello!\r\n", there, StringComparison.Ordinal);
        await Patience.UntilAsync("nothing waits", async () => (await system.WaitingAsync()).Count == 0);
    }

    [Fact]
    public async Task AWrongPasswordKeepsTheMailHereAndTheQueueSaysWhy()
    {
        await using var system = await StartAsync("wrong", $"Delivery:Smarthost={Provider.Submission} tls=required user=alice@example.org password-file=provider.password");
        await system.SendAsync("bob@example.net", Letter("later"));
        await Patience.UntilAsync("the queue says why", async () => (await ListAsync(system)).Contains("535", StringComparison.Ordinal));
        Assert.Equal(["bob@example.net"], await system.WaitingAsync());
        Assert.Empty(await MailDialogue.ReadAllAsync(Provider, "bob@example.net"));
        Assert.DoesNotContain("wrong", system.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutACertificateThatIsVerifiedNothingIsSentWhereThatIsAsked()
    {
        await using var system = await StartAsync("secret", $"Delivery:Smarthost={Provider.Submission} tls=verified user=alice@example.org password-file=provider.password");
        await system.SendAsync("bob@example.net", Letter("later"));
        await Patience.UntilAsync("the queue says why", async () => (await ListAsync(system)).Contains("certificate", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(["bob@example.net"], await system.WaitingAsync());
        Assert.Empty(await MailDialogue.ReadAllAsync(Provider, "bob@example.net"));
    }

    [Fact]
    public async Task ByLmtpEachRecipientHasAReplyOfItsOwn()
    {
        await using var peer = new PeerHost(command => Task.FromResult<string?>(command switch
        {
            "LHLO mx.example.org" => "250-store.example\r\n250-PIPELINING\r\n250 8BITMIME",
            ['E' or 'H', ..] => "500 5.5.1 this is LMTP",
            "." => "250 2.1.5 stored\r\n550 5.2.1 the mailbox is closed\r\n452 4.2.2 the mailbox is full",
            _ => PeerHost.Polite(command),
        }));
        await using var system = await QueueSystem.CreateAsync("Server:HostName=mx.example.org");
        system.Route("store.example", peer, "lmtp tls=none");
        await system.StartAsync();
        using (var smtp = await MailDialogue.GreetAsync(system.Server))
        {
            Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<alice@example.org>"), StringComparison.Ordinal);
            foreach (var user in new[] { "open", "closed", "full" }) Assert.StartsWith("250", await smtp.AskAsync($"RCPT TO:<{user}@store.example>"), StringComparison.Ordinal);
            Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
            await smtp.SendAsync(MailDialogue.Stuff(MailDialogue.Message("to a store")));
            Assert.StartsWith("250", await smtp.ReadReplyAsync(), StringComparison.Ordinal);
        }

        await Patience.UntilAsync("the sender is told", async () => (await system.NoticesAsync()).Count == 1);
        var notice = Assert.Single(await system.NoticesAsync());
        Assert.Contains("Final-Recipient: rfc822; closed@store.example\r\nAction: failed\r\nStatus: 5.2.1\r\n", notice, StringComparison.Ordinal);
        Assert.DoesNotContain("open@store.example\r\nAction", notice, StringComparison.Ordinal);
        Assert.Equal(["full@store.example"], await system.WaitingAsync());
        Assert.Contains("Subject: to a store\r\n", peer.Taken[0], StringComparison.Ordinal);
    }

    // RFC 6409 §6.1: a submission server asks for an author, and for one who may be it.
    private static byte[] Letter(string subject) => Encoding.ASCII.GetBytes($"From: alice@example.org\r\nSubject: {subject}\r\n\r\nHello!\r\n");

    private static async Task<QueueSystem> StartAsync(string password, string smarthost)
    {
        var system = await QueueSystem.CreateAsync(smarthost);
        await File.WriteAllTextAsync(Path.Combine(system.Data, "provider.password"), password + "\n");
        await system.StartAsync();
        return system;
    }

    private static async Task<string> ListAsync(QueueSystem system) => (await Command.MerpatiAsync(system.Data, null, "queue", "list", "--json")).Fine();
}
