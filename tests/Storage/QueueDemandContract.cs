using Merpati.Storage.Queue;

namespace Merpati.Storage.Contract;

/// <summary>What those ask the queue who want something sent now.</summary>
public abstract class QueueDemandContract : QueueContract
{
    [Fact]
    public async Task FindsTheDestinationsOfADomainAndBelow()
    {
        await PutAsync("a@branch.example", "b@branch.example", "c@east.branch.example", "d@notbranch.example", "e@example");
        await PutAsync(Sending() with { Recipients = [To("f@branch.example", "route.branch.example"), To("g@elsewhere.example")] });
        Assert.Equal([new DestinationCount("branch.example", 2)], await Queue.FindDestinationsAsync("branch.example", withBelow: false, 10, Never));
        Assert.Equal(
            [new DestinationCount("branch.example", 2), new DestinationCount("east.branch.example", 1), new DestinationCount("route.branch.example", 1)],
            await Queue.FindDestinationsAsync("branch.example", withBelow: true, 10, Never));
        Assert.Single(await Queue.FindDestinationsAsync("branch.example", withBelow: true, 1, Never));
        Assert.Empty(await Queue.FindDestinationsAsync("nothing.example", withBelow: true, 10, Never));
    }

    [Fact]
    public async Task CountsADestinationOnceWhateverItsLastReplies()
    {
        await PutAsync("a@branch.example");
        var claimed = await ClaimOneAsync("branch.example");
        await RecordAsync(Deferred(claimed.RecipientId, Noon.AddHours(1)));
        await PutAsync("b@branch.example");
        Assert.Equal([new DestinationCount("branch.example", 2)], await Queue.FindDestinationsAsync("branch.example", withBelow: true, 10, Never));
    }

    [Fact]
    public async Task RetryAndReleaseAreUrgentAndNothingElseIs()
    {
        await PutAsync("a@branch.example");
        var before = await Queue.ReadUrgencyAsync(Never);
        await Queue.ChangeAsync(QueueChange.Hold, Everything, Noon, Never);
        await Queue.ChangeAsync(QueueChange.Retry, Everything, Noon, Never); // it is held, so nothing was made due
        Assert.Equal(before, await Queue.ReadUrgencyAsync(Never));
        await Queue.ChangeAsync(QueueChange.Release, Everything, Noon, Never);
        var released = await Queue.ReadUrgencyAsync(Never);
        Assert.NotEqual(before, released);
        await Queue.ChangeAsync(QueueChange.Retry, Everything, Noon, Never);
        var retried = await Queue.ReadUrgencyAsync(Never);
        Assert.NotEqual(released, retried);
        await Queue.ChangeAsync(QueueChange.Remove, Everything, Noon, Never);
        Assert.Equal(retried, await Queue.ReadUrgencyAsync(Never));
    }
}
