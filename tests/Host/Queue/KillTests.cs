namespace Merpati.Host.Tests.Queue;

/// <summary>SIGKILL at every arrow of docs/queue-states.md: nothing is lost, and a second copy comes only where the peer's 250 was not yet recorded.</summary>
public sealed class KillTests
{
    private const string Taken = "(its 250 is on its way)";

    [Theory]
    [InlineData("", 1)] // claimed: nothing was said yet
    [InlineData("EHLO", 1)]
    [InlineData("MAIL", 1)]
    [InlineData("RCPT", 1)]
    [InlineData("DATA", 1)]
    [InlineData(".", 1)] // the peer has the text, and has not taken it
    [InlineData(Taken, 2)] // the one window in which a kill makes a duplicate
    public async Task AKillWhileItIsCarriedLosesNothing(string moment, int most)
    {
        await using var system = await QueueSystem.CreateAsync();
        var killed = 0;
        await using var peer = new PeerHost(async command =>
        {
            if (command.Split(' ', ':')[0] != moment || Interlocked.Exchange(ref killed, 1) != 0) return PeerHost.Polite(command);
            await system.KillAsync();
            return null;
        });
        await using var window = new PeerHost(async command =>
        {
            if (command == "." && Interlocked.Exchange(ref killed, 1) == 0) _ = system.KillAsync();
            return await Task.FromResult(PeerHost.Polite(command));
        });
        var host = moment == Taken ? window : peer;
        system.Route("away.example", host);
        await system.StartAsync();
        await system.SendAsync("bob@away.example", "precious");
        await Patience.UntilAsync("the blow has fallen", () => Task.FromResult(killed == 1));
        await system.KillAsync();
        await system.StartAsync();
        await Patience.UntilAsync("it is carried", async () => host.Taken.Count > 0 && (await system.WaitingAsync()).Count == 0);
        Assert.InRange(host.Taken.Count, 1, most);
        Assert.All(host.Taken, text => Assert.EndsWith("Subject: precious\r\n\r\nHello!\r\n", text, StringComparison.Ordinal));
        Assert.Empty(await system.NoticesAsync());
    }

    [Fact]
    public async Task AKillAfterItsAcceptanceLosesNothing()
    {
        await using var system = await QueueSystem.CreateAsync();
        await using var peer = new PeerHost(command => Task.FromResult<string?>(PeerHost.Polite(command)));
        system.Route("away.example", peer);
        await system.StartAsync();
        await system.SendAsync("bob@away.example", "precious");
        await system.KillAsync();
        await system.StartAsync();
        await Patience.UntilAsync("it is carried", async () => peer.Taken.Count > 0 && (await system.WaitingAsync()).Count == 0);
        Assert.InRange(peer.Taken.Count, 1, 2);
    }

    [Fact]
    public async Task AKillAfterItWasRecordedMakesNoSecondCopy()
    {
        await using var system = await QueueSystem.CreateAsync();
        await using var peer = new PeerHost(command => Task.FromResult<string?>(PeerHost.Polite(command)));
        system.Route("away.example", peer);
        await system.StartAsync();
        await system.SendAsync("bob@away.example", "precious");
        await Patience.UntilAsync("it is recorded", async () => peer.Taken.Count > 0 && (await system.WaitingAsync()).Count == 0);
        await system.KillAsync();
        await system.StartAsync();
        await system.SendAsync("bob@away.example", "another");
        await Patience.UntilAsync("the next is carried", () => Task.FromResult(peer.Taken.Count == 2));
        Assert.Single(peer.Taken, text => text.Contains("Subject: precious", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AKillWhenItIsPutOffLosesNothing(bool isRecorded)
    {
        await using var system = await QueueSystem.CreateAsync();
        var putOff = 0;
        await using var peer = new PeerHost(async command =>
        {
            if (command != "." || Interlocked.Exchange(ref putOff, 1) != 0) return PeerHost.Polite(command);
            if (!isRecorded) _ = system.KillAsync();
            return await Task.FromResult("451 4.3.0 later");
        });
        system.Route("away.example", peer);
        await system.StartAsync();
        await system.SendAsync("bob@away.example", "precious");
        await Patience.UntilAsync("it is put off", () => Task.FromResult(putOff == 1));
        if (isRecorded) await Patience.UntilAsync("that is recorded", () => Task.FromResult(system.Server.Log.Contains("Deferred 4.3.0", StringComparison.Ordinal)));
        await system.KillAsync();
        await system.StartAsync();
        await Patience.UntilAsync("it is carried", async () => peer.Taken.Count > 0 && (await system.WaitingAsync()).Count == 0);
        Assert.Single(peer.Taken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AKillWhenItIsRefusedTellsTheSenderOnce(bool isRecorded)
    {
        await using var system = await QueueSystem.CreateAsync();
        var refused = 0;
        await using var peer = new PeerHost(async command =>
        {
            if (!command.StartsWith("RCPT", StringComparison.Ordinal)) return PeerHost.Polite(command);
            if (Interlocked.Increment(ref refused) == 1 && !isRecorded) _ = system.KillAsync();
            return await Task.FromResult("550 5.1.1 nobody");
        });
        system.Route("away.example", peer);
        await system.StartAsync();
        await system.SendAsync("bob@away.example", "precious");
        await Patience.UntilAsync("it is refused", () => Task.FromResult(refused > 0));
        if (isRecorded) await Patience.UntilAsync("that is recorded", async () => (await system.WaitingAsync()).Count == 0);
        await system.KillAsync();
        await system.StartAsync();
        await Patience.UntilAsync("its sender is told", async () => (await system.WaitingAsync()).Count == 0 && (await system.NoticesAsync()).Count > 0);
        Assert.Contains("Final-Recipient: rfc822; bob@away.example\r\nAction: failed\r\n", Assert.Single(await system.NoticesAsync()), StringComparison.Ordinal);
        Assert.Empty(peer.Taken);
    }

    [Fact]
    public async Task AKillWhenItIsTooOldTellsTheSenderOnce()
    {
        await using var system = await QueueSystem.CreateAsync("Delivery:Retry:Life=00:00:02");
        await using var peer = new PeerHost(command => Task.FromResult<string?>(command.Length == 0 ? "421 4.3.2 busy" : null));
        system.Route("away.example", peer);
        await system.StartAsync();
        await system.SendAsync("bob@away.example", "precious");
        await Patience.UntilAsync("it is tried", () => Task.FromResult(system.Server.Log.Contains("Deferred", StringComparison.Ordinal)));
        await system.KillAsync();
        await system.StartAsync();
        await Patience.UntilAsync("its sender is told", async () => (await system.WaitingAsync()).Count == 0 && (await system.NoticesAsync()).Count > 0);
        await system.KillAsync();
        await system.StartAsync();
        Assert.Contains("Status: 5.4.7\r\n", Assert.Single(await system.NoticesAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hold", "release")]
    [InlineData("hold", "remove")]
    public async Task WhatAnAdministratorDidOutlivesAKill(string first, string then)
    {
        await using var system = await QueueSystem.CreateAsync();
        var isUp = false;
        await using var peer = new PeerHost(command => Task.FromResult<string?>(isUp ? PeerHost.Polite(command) : "421 4.3.2 busy"));
        system.Route("away.example", peer);
        await system.StartAsync();
        await system.SendAsync("bob@away.example", "precious");
        await Patience.UntilAsync("it is tried", () => Task.FromResult(system.Server.Log.Contains("Deferred", StringComparison.Ordinal)));
        await Patience.UntilAsync("it is stopped", async () => (await Command.MerpatiAsync(system.Data, null, "queue", first, "--all")).Status == 0);
        await system.KillAsync();
        isUp = true;
        await system.StartAsync();
        Assert.Single(await system.WaitingAsync());
        (await Command.MerpatiAsync(system.Data, null, "queue", then, "--all")).Fine();
        await system.KillAsync();
        await system.StartAsync();
        await Patience.UntilAsync("it is gone", async () => (await system.WaitingAsync()).Count == 0);
        if (then == "release") await Patience.UntilAsync("it is carried", () => Task.FromResult(peer.Taken.Count == 1));
        else Assert.Empty(peer.Taken);
        Assert.Empty(await system.NoticesAsync());
    }

    [Fact]
    public async Task TwentyKillsUnderLoadLoseNothing()
    {
        const int Messages = 400;
        await using var system = await QueueSystem.CreateAsync();
        await using var peer = new PeerHost(command => Task.FromResult<string?>(PeerHost.Polite(command)));
        system.Route("away.example", peer);
        await system.StartAsync();
        for (var i = 0; i < Messages; i++)
        {
            await system.SendAsync("bob@away.example", $"number {i}.");
            if (i % 20 != 19) continue;
            await system.KillAsync();
            await system.StartAsync();
        }

        await Patience.UntilAsync("all are carried", async () => (await system.WaitingAsync()).Count == 0);
        var copies = Enumerable.Range(0, Messages).Select(i => peer.Taken.Count(text => text.Contains($"Subject: number {i}.\r\n", StringComparison.Ordinal))).ToList();
        Assert.DoesNotContain(0, copies);

        // Each kill can fall between the 250s of the peer and their record: for as many messages as there are connections at most, and there were few.
        Assert.True(peer.Taken.Count - Messages <= 20 * 20, $"{peer.Taken.Count - Messages} second copies");
        Assert.All(copies, count => Assert.InRange(count, 1, 3));
    }
}
