using System.Collections.Concurrent;
using Merpati.Delivery.Queue;
using Merpati.Delivery.Transports;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Tests;

public sealed class ScheduleTests
{
    [Fact]
    public void TimesSwingAroundTheirMiddleAndEndWithTheMessagesLife()
    {
        var schedule = new RetrySchedule(new RetryOptions());
        var now = DateTimeOffset.UnixEpoch;
        var delays = Enumerable.Range(0, 1000).Select(_ => schedule.Delay(1).TotalSeconds).ToList();
        Assert.All(delays, delay => Assert.InRange(delay, 300 * 0.85, 300 * 1.15));
        Assert.True(delays.Max() - delays.Min() > 60);
        Assert.InRange(schedule.Delay(100).TotalHours, 4 * 0.85, 4 * 1.15);
        Assert.Equal(now + TimeSpan.FromHours(1), schedule.NextDue(now, now - TimeSpan.FromDays(5) + TimeSpan.FromHours(1), 100));
    }

    [Fact]
    public async Task ADeadDestinationCostsOneClaimPerTryAndNobodyWaitsForIt()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Options = queue.Options with { MaxConnections = 1 };
        queue.Hosts.Refuse = host => host.Name == "mx.dead.example" ? new HostFailure(AttemptOutcome.Deferred, "4.4.1", "refused") : null;
        for (var i = 0; i < 100; i++) await queue.SendAsync($"x{i}@dead.example");
        await queue.SendAsync("x@zzz.example");
        await queue.SendAsync("x@aaa.example");
        queue.Runner.Start();
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Hosts.Taken.Count == 2));
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync()).Count(entry => entry.Attempts > 0) == 10);
        Assert.Equal(3, queue.Hosts.Connected);

        // Nobody tries it before its time, however much is due there and whatever else comes in.
        await queue.SendAsync("y@aaa.example");
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Hosts.Taken.Count == 3));
        Assert.Equal(4, queue.Hosts.Connected);
        queue.Time.Advance(TimeSpan.FromMinutes(5));
        queue.Runner.Signal();
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Hosts.Connected == 5));
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync()).Count(entry => entry.Attempts > 0) == 20);
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Runner.Board.NextUnblocked(queue.Time.GetUtcNow()) is not null)); // its worker has left it alone
        queue.Hosts.Refuse = _ => null;
        queue.Runner.Wake("dead.example");
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Hosts.Taken.Count >= 83));
    }

    [Fact]
    public async Task ManyAreGivenUpAtADeadDestinationThoughItIsLeftAlone()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Refuse = _ => new HostFailure(AttemptOutcome.Deferred, "4.4.1", "refused");
        for (var i = 0; i < 35; i++) Assert.Equal(Mail.Intake.IntakeVerdict.Accepted, await (queue.Sending($"x{i}@dead.example") with { From = "" }).SendAsync());
        queue.Time.Advance(TimeSpan.FromDays(6));
        queue.Runner.Start();
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync()).Count == 0);
        Assert.Equal(1, queue.Hosts.Connected);
    }

    [Fact]
    public async Task ConnectionsGrowWithSuccessAndShrinkWithFailure()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Options = queue.Options with { SendingsPerClaim = 2, MaxConnectionsPerDestination = 4 };
        var gate = new SemaphoreSlim(0);
        queue.Hosts.Meanwhile = (_, _, cancellation) => gate.WaitAsync(cancellation);
        for (var i = 0; i < 60; i++) await queue.SendAsync($"x{i}@a.example");
        queue.Runner.Start();
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Hosts.Connected == 1));
        Assert.Equal(1, queue.Runner.Board.WindowOf("a.example"));
        gate.Release(4);
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Hosts.Connected >= 2));
        gate.Release(30);
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Hosts.MostAtOnce == 4));
        Assert.Equal(4, queue.Runner.Board.WindowOf("a.example"));
        queue.Hosts.Answer = (_, _, _) => "421 4.3.2 too many";
        gate.Release(100);
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Runner.Board.WindowOf("a.example") < 4));
        Assert.Equal(4, queue.Hosts.MostAtOnce);
    }

    // A great pile for one destination and one message each for many others, with one connection: the others do not wait for the pile's end.
    [Fact]
    public async Task EachDestinationHasItsTurn()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Options = queue.Options with { MaxConnections = 1 };
        var order = new ConcurrentQueue<string>();
        queue.Hosts.Meanwhile = (host, _, _) =>
        {
            order.Enqueue(host);
            return Task.CompletedTask;
        };
        for (var i = 0; i < 100; i++) await queue.SendAsync($"x{i}@a.example");
        for (var i = 0; i < 5; i++) await queue.SendAsync($"x@b{i}.example");
        await queue.SettleAsync();
        var hosts = order.ToList();
        Assert.Equal(105, hosts.Count);
        Assert.InRange(hosts.FindLastIndex(host => host != "mx.a.example"), 0, 60);
        Assert.Equal(1, queue.Hosts.MostAtOnce);
    }

    [Fact]
    public async Task MoreDestinationsThanAPageAreAllServed()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Options = queue.Options with { MaxConnections = 3 };
        await queue.SendAsync([.. Enumerable.Range(0, 250).Select(number => $"x@d{number}.example")]);
        await queue.SettleAsync();
        Assert.Equal(250, queue.Hosts.Taken.Count);
        Assert.InRange(queue.Hosts.MostAtOnce, 1, 3);
    }

    [Fact]
    public void TheBoardForgetsIdleDestinationsWhenItIsFull()
    {
        var board = new DestinationBoard(10, TimeProvider.System);
        for (var i = 0; i < 60_000; i++)
        {
            Assert.True(board.TryStart($"d{i}", out var state));
            board.End(state);
        }

        Assert.Equal(1, board.WindowOf("d0"));
        Assert.True(board.TryStart("d59999", out _));
    }
}
