using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Queue;

namespace Merpati.Storage.Contract;

/// <summary>What an administrator sees of the queue, and changes in it.</summary>
public abstract class QueueFilterContract : QueueContract
{
    private NewSending? _first;

    [Fact]
    public async Task ListsWhatFits()
    {
        await FillAsync();
        Assert.Equal(["1", "2", "3", "4", "5", "6"], await FindAsync(Everything));
        Assert.Equal(["1", "2"], await FindAsync(new QueueFilter { Id = _first!.Id }));
        Assert.Equal(["3", "4", "5"], await FindAsync(new QueueFilter { ReversePath = new MailPath(Address("BOSS@example.org")) }));
        Assert.Equal(["6"], await FindAsync(new QueueFilter { ReversePath = MailPath.Null }));
        Assert.Equal(["2"], await FindAsync(new QueueFilter { Recipient = Address("2@OTHER.example") }));
        Assert.Equal(["1", "3", "4"], await FindAsync(new QueueFilter { Destination = "away.example" }));
        Assert.Equal(["3"], await FindAsync(new QueueFilter { State = QueueState.Claimed }));
        Assert.Equal(["2", "4"], await FindAsync(new QueueFilter { State = QueueState.Held }));
        Assert.Equal(["1", "5", "6"], await FindAsync(new QueueFilter { State = QueueState.Waiting }));
        Assert.Equal(["1", "2", "3"], await FindAsync(new QueueFilter { AcceptedBefore = Noon.AddHours(1) }));
    }

    [Fact]
    public async Task NarrowsByAllThatIsNamed()
    {
        await FillAsync();
        var boss = new MailPath(Address("boss@example.org"));
        Assert.Equal(["4"], await FindAsync(new QueueFilter { ReversePath = boss, Destination = "away.example", State = QueueState.Held }));
        Assert.Equal(["1", "3"], await FindAsync(new QueueFilter { Destination = "away.example", AcceptedBefore = Noon.AddHours(1) }));
        Assert.Equal(["2"], await FindAsync(new QueueFilter { Destination = "other.example", State = QueueState.Held }));
        Assert.Equal(["1"], await FindAsync(new QueueFilter { Id = _first!.Id, Recipient = Address("1@away.example"), State = QueueState.Waiting }));
        Assert.Empty(await FindAsync(new QueueFilter { Id = _first.Id, ReversePath = boss }));
        Assert.Empty(await FindAsync(new QueueFilter { Recipient = Address("1@away.example"), Destination = "other.example" }));
        Assert.Empty(await FindAsync(new QueueFilter { Id = new QueueId(1) }));
    }

    [Fact]
    public async Task ListsPageByPage()
    {
        await FillAsync();
        QueueFilter[] filters = [Everything, new() { ReversePath = new MailPath(Address("boss@example.org")) }, new() { Id = _first!.Id }, new() { State = QueueState.Held }, new() { Destination = "away.example" }];
        foreach (var filter in filters)
        {
            var all = await ListAsync(filter);
            var paged = new List<QueueEntry>();
            while (await Queue.ListAsync(filter, paged.Count == 0 ? 0 : paged[^1].RecipientId, 2, Never) is { Count: > 0 } page) paged.AddRange(page);
            Assert.Equal(all.Select(entry => entry.RecipientId), paged.Select(entry => entry.RecipientId));
        }
    }

    [Fact]
    public async Task ChangesOnlyWhatFits()
    {
        await FillAsync();
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Release, new QueueFilter { ReversePath = new MailPath(Address("boss@example.org")) }, Noon, Never));
        Assert.Equal(["2"], await FindAsync(new QueueFilter { State = QueueState.Held }));
        Assert.Equal(2, await Queue.ChangeAsync(QueueChange.Hold, new QueueFilter { Destination = "away.example" }, Noon, Never));
        Assert.Equal(["1", "2", "4"], await FindAsync(new QueueFilter { State = QueueState.Held }));
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Remove, new QueueFilter { Destination = "away.example", AcceptedBefore = Noon.AddHours(1) }, Noon, Never));
        Assert.Equal(0, await Queue.ChangeAsync(QueueChange.Hold, new QueueFilter { State = QueueState.Held }, Noon, Never));
        Assert.Equal(["2", "3", "4", "5", "6"], await FindAsync(Everything));
    }

    [Fact]
    public async Task ChangesManyAndLeavesAloneWhatComesInMeanwhile()
    {
        for (var i = 0; i < 3; i++) await PutAsync(Sending() with { Recipients = [.. Enumerable.Range(0, 9_000).Select(n => To(Numbered($"r{n}@dead.example")))] });
        using var stop = new CancellationTokenSource();
        var coming = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++) await PutAsync(Sending(Numbered($"new{i}@dead.example")));
        });
        var held = await Queue.ChangeAsync(QueueChange.Hold, new QueueFilter { Destination = "dead.example" }, Noon, Never);
        await stop.CancelAsync();
        await coming;
        Assert.True(held >= 27_000);
        Assert.Equal(held, await Queue.ChangeAsync(QueueChange.Remove, new QueueFilter { State = QueueState.Held }, Noon, Never));
        Assert.All(await Queue.ListAsync(Everything, 0, 100_000, Never), entry => Assert.StartsWith("new", entry.Recipient.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task StopsChangingWhenItIsCancelled()
    {
        await PutAsync("a@away.example");
        using var patience = new CancellationTokenSource();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Queue.ChangeAsync(QueueChange.Remove, Everything, Noon, patience.Token));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task CountsByDestinationAndLastReplyTheLargestFirst()
    {
        await PutAsync(Sending("a@dead.example", "b@dead.example", "c@dead.example"), Noon);
        await PutAsync(Sending("d@dead.example", "x@away.example"), Noon.AddMinutes(1));
        var claimed = await ClaimAsync("dead.example", Noon.AddMinutes(1));
        await RecordAsync([.. claimed.SelectMany(sending => sending.Recipients).Select((recipient, i) => Deferred(recipient.RecipientId, Noon.AddHours(1), i == 0 ? "421 go away" : "no answer"))]);
        Assert.Equal([new QueueCount("dead.example", "no answer", 3, Noon), new QueueCount("dead.example", "421 go away", 1, Noon), new QueueCount("away.example", "", 1, Noon.AddMinutes(1))],
            (await Queue.CountAsync(10, Never)).OrderByDescending(count => count.Recipients).ThenBy(count => count.Oldest));
        Assert.Equal(3, Assert.Single(await Queue.CountAsync(1, Never)).Recipients);
        await Queue.ChangeAsync(QueueChange.Hold, Everything, Noon, Never);
        await ReopenAsync();
        Assert.Equal(5, (await Queue.CountAsync(10, Never)).Sum(count => count.Recipients));
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Remove, new QueueFilter { Recipient = Address("b@dead.example") }, Noon, Never));
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Remove, new QueueFilter { Recipient = Address("a@dead.example") }, Noon, Never));
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Remove, new QueueFilter { Recipient = Address("c@dead.example") }, Noon, Never));
        Assert.Contains(new QueueCount("dead.example", "no answer", 1, Noon.AddMinutes(1)), await Queue.CountAsync(10, Never));
        Assert.Equal(2, await Queue.ChangeAsync(QueueChange.Remove, Everything, Noon, Never));
        Assert.Empty(await Queue.CountAsync(10, Never));
    }

    // 1 and 2 of one message (2 held), 3, 4 and 5 of another sender (3 claimed, 4 held), 6 a notice.
    private async Task FillAsync()
    {
        _first = Sending("1@away.example", "2@other.example");
        await PutAsync(_first);
        var boss = new MailPath(Address("Boss@example.org"));
        await PutAsync(Sending("3@away.example") with { ReversePath = boss }, Noon.AddHours(-1));
        await Queue.ClaimAsync(new ClaimRequest("away.example", Noon.AddMinutes(-1), LeaseEnd, 1, 1), Never);
        await PutAsync(Sending("4@away.example", "5@third.example") with { ReversePath = boss }, Noon.AddHours(1));
        await PutAsync(Sending("6@other.example") with { ReversePath = MailPath.Null }, Noon.AddHours(1));
        foreach (var held in AddressList("2@other.example", "4@away.example")) Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Hold, new QueueFilter { Recipient = held }, Noon, Never));
    }

    private async Task<string[]> FindAsync(QueueFilter filter) => [.. (await ListAsync(filter)).Select(entry => entry.Recipient.Local.Value)];
}
