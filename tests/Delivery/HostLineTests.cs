using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Tests;

public sealed class HostLineTests
{
    [Fact]
    public async Task TheNextHostIsTriedWhenOneCannotBeReachedOrPutsItOff()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Find = (_, _) => FakeHosts.Named("dead", "busy", "good");
        queue.Hosts.Refuse = host => host.Name == "dead" ? new HostFailure(AttemptOutcome.Deferred, "4.4.1", "refused") : null;
        queue.Hosts.Answer = (host, _, recipient) => host == "busy" && recipient.Address.Local.Value == "x" ? "451 4.3.0 busy" : "250 2.0.0 ok";
        await queue.SendAsync("x@a.example", "y@a.example");
        await queue.SettleAsync();
        Assert.Equal([("busy", "y@a.example"), ("good", "x@a.example")], queue.Hosts.Taken.Select(taken => (taken.Host, Assert.Single(taken.Recipients))));
    }

    [Fact]
    public async Task ANoToTheMessageIsNotAskedAgainElsewhere()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Find = (_, _) => FakeHosts.Named("one", "two");
        queue.Hosts.Answer = (_, sending, _) => sending.Sending.ReversePath.IsNull ? "250 2.0.0 ok" : "554 5.7.1 no";
        await queue.SendAsync("x@a.example");
        await queue.SettleAsync();
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync()).Count == 0);
        Assert.Equal(2, queue.Hosts.Connected); // the message, and the notice to its sender
    }

    [Fact]
    public async Task OneConnectionCarriesManyMessages()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Options = queue.Options with { MaxConnectionsPerDestination = 1, SendingsPerConnection = 20 };
        for (var i = 0; i < 50; i++) await queue.SendAsync($"x{i}@a.example");
        await queue.SettleAsync();
        Assert.Equal(50, queue.Hosts.Taken.Count);
        Assert.Equal(3, queue.Hosts.Connected);
    }

    [Fact]
    public async Task AConnectionThatWasClosedMeanwhileIsMadeAnew()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Options = queue.Options with { MaxConnectionsPerDestination = 1 };
        var isLost = false;
        queue.Hosts.Answer = (_, _, recipient) =>
        {
            if (isLost || recipient.Address.Local.Value != "x1") return "250 2.0.0 ok";
            isLost = true;
            return "lost";
        };
        for (var i = 0; i < 3; i++) await queue.SendAsync($"x{i}@a.example");
        await queue.SettleAsync();
        Assert.True(isLost);
        Assert.Equal(3, queue.Hosts.Taken.Count);
        Assert.Equal(2, queue.Hosts.Connected);
    }

    [Fact]
    public async Task AConnectionLostInAMessageByEveryHostPutsItOff()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Find = (_, _) => FakeHosts.Named("one", "two");
        queue.Hosts.Answer = (_, _, _) => "lost";
        await queue.SendAsync("x@a.example");
        await queue.SettleAsync();
        Assert.Equal("connection lost", Assert.Single(await queue.ListAsync()).LastReply);
        Assert.Equal(2, queue.Hosts.Connected);
    }

    [Fact]
    public async Task TheFallbackTakesWhatNobodyElseDoes()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Routes = new RouteTable(new Dictionary<string, RelayRoute>(), new Dictionary<string, RelayRoute>(), new RelayRoute("") { Fallback = new RelayHost("fallback", 25) });
        queue.Hosts.Refuse = host => host.Name == "fallback" ? null : new HostFailure(AttemptOutcome.Deferred, "4.4.1", "refused");
        await queue.SendAsync("x@a.example");
        await queue.SettleAsync();
        Assert.Equal("fallback", Assert.Single(queue.Hosts.Taken).Host);
    }

    [Fact]
    public async Task AHostThatRefusesForGoodEndsItUnlessAnotherSaysLater()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Find = (domain, _) => FakeHosts.Named(domain.Name == "a.example" ? ["never"] : ["later", "never"]);
        queue.Hosts.Refuse = host => new HostFailure(host.Name == "never" ? AttemptOutcome.Failed : AttemptOutcome.Deferred, host.Name == "never" ? "5.3.2" : "4.3.2", "no");
        Assert.Equal(Mail.Intake.IntakeVerdict.Accepted, await (queue.Sending("x@a.example", "y@b.example") with { From = "alice@example.org" }).SendAsync());
        await queue.SettleAsync();
        Assert.Equal("y@b.example", Assert.Single(await queue.ListAsync()).Recipient.ToString());
        Assert.Contains("Status: 5.3.2\r\n", Assert.Single(await queue.Store.ReadTextAsync("alice@example.org")), StringComparison.Ordinal);
    }
}
