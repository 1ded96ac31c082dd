using Merpati.Storage;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Tests;

public sealed class QueueSettlingTests
{
    [Fact]
    public async Task TheNextMessageNeedNotWaitForTheDisk()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Options = queue.Options with { MaxConnectionsPerDestination = 1 };
        for (var i = 0; i < 3; i++) await queue.SendAsync($"x{i}@a.example");
        queue.Hooked = HookedQueue.Over(queue.Store.Store.Queue, _ => QueueFixture.UntilAsync(() => Task.FromResult(queue.Hosts.Taken.Count == 3)));
        await queue.SettleAsync();
        Assert.Equal(1, queue.Hosts.Connected);
        Assert.Empty(await queue.ListAsync());
    }

    [Fact]
    public async Task WhatIsNotSettledIsBoundedByOneClaim()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Options = queue.Options with { MaxConnectionsPerDestination = 1, SendingsPerClaim = 4 };
        for (var i = 0; i < 9; i++) await queue.SendAsync($"x{i}@a.example");
        var disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var claims = 0;
        queue.Hooked = HookedQueue.Over(queue.Store.Store.Queue, _ => disk.Task, () => claims++);
        queue.Runner.Start();
        await QueueFixture.UntilAsync(() => Task.FromResult(claims == 2));
        Assert.Equal(4, queue.Hosts.Taken.Count);
        disk.SetResult();
        await queue.SettleAsync();
        Assert.Equal(9, queue.Hosts.Taken.Count);
    }

    [Fact]
    public async Task NothingMoreIsCarriedWhenTheStoreCannotRecordIt()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        for (var i = 0; i < 5; i++) await queue.SendAsync($"x{i}@a.example");
        queue.Hooked = HookedQueue.Over(queue.Store.Store.Queue, _ => throw new StoreException(StoreFailure.NoSpace, "the disk is full"));
        queue.Runner.Start();
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Store.Log.Lines.Any(line => line.Contains("the disk is full", StringComparison.Ordinal))));
        await queue.Runner.StopAsync(TimeSpan.FromHours(1));
        Assert.Single(queue.Hosts.Taken);
        var states = (await queue.ListAsync()).Select(entry => entry.State).ToList();
        Assert.Equal((1, 4), (states.Count(state => state == QueueState.Claimed), states.Count(state => state == QueueState.Waiting)));
    }

    [Fact]
    public async Task AClaimThatWasOnItsWayIsGivenBackWhenWhatCameBeforeItCouldNotBeRecorded()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Options = queue.Options with { MaxConnectionsPerDestination = 1, SendingsPerClaim = 2 };
        for (var i = 0; i < 4; i++) await queue.SendAsync($"x{i}@a.example");
        var claims = 0;
        queue.Hooked = HookedQueue.Over(queue.Store.Store.Queue, FailLateAsync, () => claims++);
        queue.Runner.Start();
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Store.Log.Lines.Any(line => line.Contains("the disk is full", StringComparison.Ordinal))));
        await queue.Runner.StopAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, queue.Hosts.Taken.Count);
        var states = (await queue.ListAsync()).Select(entry => entry.State).ToList();
        Assert.Equal((2, 2), (states.Count(state => state == QueueState.Claimed), states.Count(state => state == QueueState.Waiting)));

        async Task FailLateAsync(Settlement settlement)
        {
            await QueueFixture.UntilAsync(() => Task.FromResult(claims >= 2));
            throw new StoreException(StoreFailure.NoSpace, "the disk is full");
        }
    }
}
