using System.Text;
using Merpati.Delivery.Queue;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Intake;
using Merpati.Smtp.Client;
using Merpati.Smtp.Server;
using Merpati.Storage.Queue;
using Merpati.Wire.Connecting;

namespace Merpati.Delivery.Tests;

/// <summary>What waits until its owner asks for it.</summary>
public sealed class OnDemandTests
{
    private static readonly RouteTable OnDemand = new(
        new Dictionary<string, RelayRoute> { ["branch.example"] = new("") { IsOnDemand = true } }, new Dictionary<string, RelayRoute>(), null);

    [Fact]
    public async Task WhatWaitsGoesOverTheConnectionThatTheOwnerMade()
    {
        await using var queue = await CreateAsync();
        var sending = queue.Sending("x@branch.example", "nobody@branch.example") with { From = "alice@example.org" };
        Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync());
        await queue.SendAsync("y@branch.example");
        await queue.SettleAsync();
        Assert.Equal(0, queue.Hosts.Connected);
        Assert.All(await queue.ListAsync(), entry => Assert.Equal("it waits until the owner of the domain asks for it", entry.LastReply));

        await using var branch = new ScriptedPeer(Polite);
        await CarryAsync(queue, branch, "branch.example");
        Assert.Empty(await queue.ListAsync());
        Assert.Equal(["EHLO mx.example.org", "MAIL FROM", "RCPT TO", "RCPT TO", "DATA", "MAIL FROM", "RCPT TO", "DATA"], branch.Heard.Select(line => line.Split(':')[0]));
        var notice = Assert.Single(await queue.Store.ReadAsync("alice@example.org"));
        Assert.Contains("Final-Recipient: rfc822; nobody@branch.example", Encoding.ASCII.GetString(notice), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheOwnerPutsOffWaitsForAnotherTime()
    {
        await using var queue = await CreateAsync();
        await queue.SendAsync("x@branch.example");
        await queue.SettleAsync();
        await using (var branch = new ScriptedPeer(command => command == "." ? "451 4.3.0 later" : Polite(command))) await CarryAsync(queue, branch, "branch.example");
        Assert.Equal("451 4.3.0 later", Assert.Single(await queue.ListAsync()).LastReply);
        await using (var branch = new ScriptedPeer(Polite)) await CarryAsync(queue, branch, "branch.example");
        Assert.Empty(await queue.ListAsync());
    }

    [Fact]
    public async Task AConnectionThatBreaksLosesNothing()
    {
        await using var queue = await CreateAsync();
        for (var i = 0; i < 25; i++) await queue.SendAsync($"x{i}@branch.example");
        var taken = 0;
        await using (var branch = new ScriptedPeer(command => command == "." && ++taken > 12 ? null : Polite(command))) await CarryAsync(queue, branch, "branch.example");
        var left = await queue.ListAsync();
        Assert.Equal(25 - 12, left.Count);
        Assert.All(left, entry => Assert.Equal(QueueState.Waiting, entry.State));
    }

    [Fact]
    public async Task AHostThatTurnsItDownGetsNothing()
    {
        await using var queue = await CreateAsync();
        await queue.SendAsync("x@branch.example");
        await queue.SettleAsync();
        await using var branch = new ScriptedPeer(command => command.Length == 0 ? "554 no" : Polite(command));
        await CarryAsync(queue, branch, "branch.example");
        Assert.Equal(QueueState.Waiting, Assert.Single(await queue.ListAsync()).State);
    }

    [Fact]
    public async Task OnlyWhatIsAskedForIsSent()
    {
        await using var queue = await CreateAsync();
        queue.Hosts.Answer = (_, _, _) => "451 4.0.0 later";
        await queue.SendAsync("x@branch.example");
        await queue.SendAsync("y@other.example");
        await queue.SettleAsync();
        await using var branch = new ScriptedPeer(Polite);
        await CarryAsync(queue, branch, "branch.example");
        Assert.Equal("y@other.example", Assert.Single(await queue.ListAsync()).Recipient.ToString());
    }

    [Fact]
    public async Task AnOwnerHasHisDomainsAndNobodyElseHasAny()
    {
        await using var queue = await CreateAsync();
        var mail = Mail(queue);
        Assert.True(mail.HasOwners);
        Assert.Equal("branch.example", Assert.Single(mail.OwnedBy(StoreFixture.Address("ALICE@example.org"))).Name);
        Assert.Empty(mail.OwnedBy(StoreFixture.Address("bob@example.org")));
        Assert.False(new OnDemandMail(queue.Runner, new Dictionary<Domain, IReadOnlyList<EmailAddress>>()).HasOwners);
    }

    [Fact]
    public async Task EtrnHasTriedAtOnceWhatWouldWaitLonger()
    {
        await using var queue = await CreateAsync();
        var isUp = false;
        queue.Hosts.Refuse = host => isUp ? null : new HostFailure(AttemptOutcome.Deferred, "4.4.1", "nobody there", host.Name);
        await queue.SendAsync("x@dial.example");
        await queue.SendAsync("y@up.dial.example");
        await queue.SendAsync("z@other.example");
        await queue.SettleAsync();
        isUp = true;
        Assert.Equal(0, await Mail(queue).StartAsync(Node("nothing.example", withBelow: true), CancellationToken.None));
        Assert.Equal(1, await Mail(queue).StartAsync(Node("dial.example", withBelow: false), CancellationToken.None));
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync()).Count == 2);
        Assert.Equal(1, await Mail(queue).StartAsync(Node("dial.example", withBelow: true), CancellationToken.None));
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync()).Count == 1);
        Assert.Equal("z@other.example", Assert.Single(await queue.ListAsync()).Recipient.ToString());
    }

    [Fact]
    public async Task ARetryByAnotherProcessIsTriedThoughTheHostWasDown()
    {
        await using var queue = await CreateAsync();
        var isUp = false;
        queue.Hosts.Refuse = host => isUp ? null : new HostFailure(AttemptOutcome.Deferred, "4.4.1", "nobody there", host.Name);
        await queue.SendAsync("x@dial.example");
        await queue.SettleAsync();
        isUp = true;
        await queue.Queue.ChangeAsync(QueueChange.Retry, new QueueFilter(), queue.Time.GetUtcNow(), CancellationToken.None);

        // Where the clock moves before the queue has begun to wait by it, that says nothing: it moves again, but never to where the host would be tried anyway.
        for (var looks = 0; looks < queue.Options.Retry.First / queue.Options.LookEvery - 2 && (await queue.ListAsync()).Count > 0; looks++)
        {
            queue.Time.Advance(queue.Options.LookEvery);
            using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            while (!enough.IsCancellationRequested && (await queue.ListAsync()).Count > 0) await Task.Yield();
        }

        Assert.Empty(await queue.ListAsync());
    }

    [Fact]
    public void ARelayTakesMailForItsDomainsFromEverybody()
    {
        var relay = new RelayOptions { IsEnabled = true, Domains = new HashSet<string> { "branch.example", ".school.example" } };
        foreach (var (address, standing) in new[]
        {
            ("x@branch.example", RecipientStanding.Local), ("x@BRANCH.example", RecipientStanding.Local), ("x@east.branch.example", RecipientStanding.Foreign),
            ("x@school.example", RecipientStanding.Foreign), ("x@a.school.example", RecipientStanding.Local), ("x@b.a.school.example", RecipientStanding.Local),
            ("x@notbranch.example", RecipientStanding.Foreign),
        })
        {
            var question = new RecipientQuestion(new MailPath(StoreFixture.Address(address)), MailPath.Null);
            Assert.Equal(standing, OtherHosts.JudgeForeign(StoreFixture.Address(address), question, relay));
            Assert.Equal(RecipientStanding.Foreign, OtherHosts.JudgeForeign(StoreFixture.Address(address), question, relay with { IsEnabled = false }));
        }
    }

    private static async Task<QueueFixture> CreateAsync()
    {
        var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Routes = OnDemand;
        queue.Hosts.Find = (domain, route) => route.IsOnDemand
            ? NextHosts.None(AttemptOutcome.Deferred, "4.4.0", "it waits until the owner of the domain asks for it")
            : FakeHosts.Named($"mx.{domain.Name}");
        return queue;
    }

    private static OnDemandMail Mail(QueueFixture queue) => new(
        queue.Runner, new Dictionary<Domain, IReadOnlyList<EmailAddress>> { [StoreFixture.Address("x@branch.example").Domain] = [StoreFixture.Address("alice@example.org")] });

    private static QueueNode Node(string domain, bool withBelow) => new(StoreFixture.Address($"x@{domain}").Domain, withBelow);

    private static async Task CarryAsync(QueueFixture queue, ScriptedPeer branch, string domain)
    {
        var attempt = await OutgoingConnection.ConnectAsync(branch.Address, new OutgoingOptions(), CancellationToken.None);
        await using var connection = attempt.Connection!;
        var client = new SmtpClient(connection.Wire, new SmtpClientOptions { HostName = "mx.example.org" }, TimeProvider.System);
        await Mail(queue).CarryAsync([StoreFixture.Address($"x@{domain}").Domain], client, branch.Address.Address, CancellationToken.None);
    }

    private static string? Polite(string command) => command.Split(' ', ':')[0] switch
    {
        "" => "220 branch.example",
        "DATA" => "354 go on",
        "RCPT" when command.Contains("nobody", StringComparison.Ordinal) => "550 5.1.1 nobody",
        _ => "250 2.0.0 ok",
    };
}
