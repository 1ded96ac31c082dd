namespace Merpati.Host.Tests.Queue;

/// <summary>DNS that misbehaves: what does not exist bounces, what cannot be found out waits, and nobody else waits for it.</summary>
public sealed class BadNameTests
{
    [Fact]
    public async Task WhatDoesNotExistBouncesAndWhatCannotBeFoundOutWaits()
    {
        await using var names = new NameHost();
        await using var system = await QueueSystem.CreateAsync($"Dns:Servers={names.Address}", "Dns:Timeout=00:00:00.200", "Delivery:Retry:First=00:10:00");
        await using var good = new PeerHost(command => Task.FromResult<string?>(PeerHost.Polite(command)));
        system.Route("good.example", good);
        await system.StartAsync();
        (string Domain, string? Status)[] ways =
        [
            ("nx.example", "5.1.2"), ("nullmx.example", "5.1.10"), ("self.example", "5.4.6"), ("inside.example", "5.4.4"), ("loopback.example", "5.4.6"), ("circle.example", null),
            ("chain.example", "5.4.4"), ("servfail.example", null), ("refused.example", null), ("silent.example", null), ("wrongid.example", null),
            ("loop.example", null), ("always.example", null), ("many.example", null),
        ];
        foreach (var (domain, _) in ways) await system.SendAsync($"bob@{domain}", "whither");
        for (var i = 0; i < 10; i++) await system.SendAsync("bob@good.example", $"good {i}.");
        await Patience.UntilAsync("the good host has all of its mail", () => Task.FromResult(good.Taken.Count == 10));
        await Patience.UntilAsync("all were tried", () => Task.FromResult(ways.All(way => system.Server.Log.Contains($"<bob@{way.Domain}>", StringComparison.Ordinal))));
        var expected = ways.Where(way => way.Status is null).Select(way => $"bob@{way.Domain}").Order(StringComparer.Ordinal).ToList();
        await Patience.UntilAsync("nothing waits any more that cannot arrive", async () => (await system.WaitingAsync()).Count <= expected.Count);
        Assert.Equal(expected, (await system.WaitingAsync()).Order(StringComparer.Ordinal));
        var notices = await system.NoticesAsync();
        var waiting = await system.WaitingAsync();
        Assert.All(ways, way =>
        {
            var told = notices.Where(notice => notice.Contains($"Final-Recipient: rfc822; bob@{way.Domain}\r\n", StringComparison.Ordinal)).ToList();
            if (way.Status is null)
            {
                Assert.Empty(told);
                Assert.Contains($"bob@{way.Domain}", waiting);
            }
            else
            {
                Assert.Contains($"Status: {way.Status}\r\n", Assert.Single(told), StringComparison.Ordinal);
                Assert.DoesNotContain($"bob@{way.Domain}", waiting);
            }
        });
        Assert.InRange(system.Server.MemoryKiB("VmHWM"), 0, 200 * 1024);
    }
}
