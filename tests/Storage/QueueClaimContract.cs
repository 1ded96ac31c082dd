using System.Collections.Concurrent;
using Merpati.Storage.Queue;

namespace Merpati.Storage.Contract;

/// <summary>Who gets what, in which order, and that nobody gets it twice.</summary>
public abstract class QueueClaimContract : QueueContract
{
    [Fact]
    public async Task ListsDestinationsByNameFromWhereItStopped()
    {
        for (var i = 0; i < 30; i++) await PutAsync(Sending(Numbered($"a@d{i:00}.example"), Numbered($"b@d{i:00}.example")), Noon.AddMinutes(i));
        Assert.Equal(Enumerable.Range(0, 11).Select(i => Numbered($"d{i:00}.example")), await DueAsync(Noon.AddMinutes(10)));
        var first = await Queue.ListDueAsync(Noon.AddHours(1), null, 4, Never);
        Assert.Equal([("d00.example", Noon), ("d01.example", Noon.AddMinutes(1)), ("d02.example", Noon.AddMinutes(2)), ("d03.example", Noon.AddMinutes(3))],
            first.Select(due => (due.Destination, due.Since)));
        var next = await Queue.ListDueAsync(Noon.AddHours(1), "d27.example", 4, Never);
        Assert.Equal(["d28.example", "d29.example"], next.Select(due => due.Destination));
        Assert.Empty(await Queue.ListDueAsync(Noon.AddHours(1), "d29.example", 4, Never));
        Assert.Empty(await Queue.ListDueAsync(Noon.AddHours(1), null, 0, Never));
        Assert.Equal(Noon.AddMinutes(11), await Queue.FindNextDueAsync(Noon.AddMinutes(10), Never));
        Assert.Null(await Queue.FindNextDueAsync(Noon.AddMinutes(29), Never));
    }

    [Fact]
    public async Task ListsTheSameWhereMuchIsDue()
    {
        await PutAsync(Sending() with { Recipients = [.. Enumerable.Range(0, 1_500).Select(i => To(Numbered($"r{i}@dead.example")))] }, Noon.AddMinutes(-5));
        foreach (var name in new[] { "z.example", "a.example", "later.example" }) await PutAsync(Sending("x@" + name), name[0] == 'l' ? Noon.AddMinutes(1) : Noon);
        var due = await Queue.ListDueAsync(Noon, null, 10, Never);
        Assert.Equal([("a.example", Noon), ("dead.example", Noon.AddMinutes(-5)), ("z.example", Noon)], due.Select(one => (one.Destination, one.Since)));
        Assert.Equal("z.example", Assert.Single(await Queue.ListDueAsync(Noon, "dead.example", 10, Never)).Destination);
        Assert.Equal("a.example", Assert.Single(await Queue.ListDueAsync(Noon, null, 1, Never)).Destination);
    }

    [Fact]
    public async Task GivesTheLongestDueFirst()
    {
        await PutAsync(Sending("b@away.example"), Noon.AddMinutes(2));
        await PutAsync(Sending("a@away.example"), Noon.AddMinutes(1));
        await PutAsync(Sending("c@away.example"), Noon.AddMinutes(3));
        await PutAsync(Sending("later@away.example"), Noon.AddHours(1));
        await PutAsync(Sending("x@other.example"), Noon);
        Assert.Equal(["a@away.example", "b@away.example"], Names(await Queue.ClaimAsync(Claim("away.example", Noon.AddMinutes(5), sendings: 2), Never)));
        Assert.Equal(["c@away.example"], Names(await ClaimAsync("away.example", Noon.AddMinutes(5))));
        Assert.Empty(await ClaimAsync("away.example", Noon.AddMinutes(5)));
        Assert.Empty(await ClaimAsync("nowhere.example"));
    }

    [Fact]
    public async Task GivesAMessageWithAllOfItsRecipientsForTheDestinationThatAreDue()
    {
        await PutAsync("a@away.example", "x@other.example", "b@away.example", "c@away.example");
        var all = Assert.Single(await ClaimAsync("away.example"));
        Assert.Equal(["a@away.example", "b@away.example", "c@away.example"], Names([all]));
        await RecordAsync(
            Deferred(all.Recipients[0].RecipientId, Noon.AddHours(3)), Deferred(all.Recipients[1].RecipientId, Noon.AddHours(1)), Deferred(all.Recipients[2].RecipientId, Noon.AddHours(2)));
        Assert.Equal(["b@away.example", "c@away.example"], Names(await ClaimAsync("away.example", Noon.AddHours(2))));
        Assert.Equal(["a@away.example"], Names(await ClaimAsync("away.example", Noon.AddHours(3))));
    }

    [Fact]
    public async Task GivesEachMessageOnceAndNoMoreRecipientsThanOneConnectionTakes()
    {
        await PutAsync(Sending("1@away.example", "2@away.example", "3@away.example", "4@away.example", "5@away.example"));
        await PutAsync(Sending("6@away.example"), Noon.AddMinutes(1));
        var first = await Queue.ClaimAsync(Claim("away.example", Noon.AddMinutes(1), sendings: 5, recipients: 2), Never);
        Assert.Equal(["1@away.example", "2@away.example", "6@away.example"], Names(first));
        Assert.Equal(2, first.Count);
        Assert.Equal(["3@away.example", "4@away.example"], Names(await Queue.ClaimAsync(Claim("away.example", sendings: 5, recipients: 2), Never)));
        Assert.Equal(["5@away.example"], Names(await Queue.ClaimAsync(Claim("away.example", sendings: 5, recipients: 2), Never)));
    }

    [Fact]
    public async Task PassesOverAMessageThatItMeetsAgain()
    {
        await PutAsync([.. Enumerable.Range(0, 40).Select(i => Numbered($"r{i}@away.example"))]);
        var claimed = Assert.Single(await ClaimAsync("away.example"));
        await RecordAsync([.. claimed.Recipients.Select((recipient, i) => Deferred(recipient.RecipientId, Noon.AddSeconds(i)))]);
        await PutAsync(Sending("other@away.example"), Noon.AddSeconds(20));
        var both = await Queue.ClaimAsync(Claim("away.example", Noon.AddHours(1), sendings: 3, recipients: 5), Never);
        Assert.Equal([5, 1], both.Select(sending => sending.Recipients.Count));
    }

    [Fact]
    public async Task RefusesAClaimOfNothing()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Queue.ClaimAsync(Claim("away.example", sendings: 0), Never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Queue.ClaimAsync(Claim("away.example", recipients: 0), Never));
    }

    [Fact]
    public async Task GivesEveryRecipientToExactlyOneOfManyClaimers()
    {
        const int SendingCount = 200;
        for (var i = 0; i < SendingCount; i++) await PutAsync(Sending(Numbered($"a{i}@away.example"), Numbered($"b{i}@away.example"), Numbered($"c{i}@away.example")));
        await using var beside = await OpenBesideAsync();
        var taken = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            var queue = worker % 4 == 0 ? beside.Queue : Queue;
            while (await queue.ClaimAsync(Claim("away.example", sendings: 1 + (worker % 3), recipients: 2), Never) is { Count: > 0 } claimed)
            {
                var ids = claimed.SelectMany(sending => sending.Recipients).Select(recipient => recipient.RecipientId).ToArray();
                foreach (var id in ids) taken.Add(id);
                if (worker % 2 == 0) await queue.SettleAsync(new Settlement([.. ids.Select(Delivered)], []), Never);
            }
        })));
        Assert.Equal(SendingCount * 3, taken.Count);
        Assert.Equal(SendingCount * 3, taken.Distinct().Count());
        Assert.All(await ListAsync(), entry => Assert.Equal(QueueState.Claimed, entry.State));
    }

    [Fact]
    public async Task ClaimsWhileMailComesInAndLosesNone()
    {
        using var stop = new CancellationTokenSource();
        var delivered = new ConcurrentBag<string>();
        var putting = Task.WhenAll(Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                var sending = Sending(Numbered($"s{sender}n{i}@away.example")) with { Id = new Mail.Envelopes.QueueId((sender * 1000) + i + 1) };
                await Messages.AcceptAsync(Carrying(Pattern(500), Noon, sending), Never);
            }
        })));
        var working = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var isLast = putting.IsCompleted;
                var claimed = await ClaimAsync("away.example");
                foreach (var sending in claimed)
                {
                    Assert.Equal(Pattern(500), await ReadSendingAsync(sending.SendingId));
                    foreach (var recipient in sending.Recipients) delivered.Add(recipient.Address.ToString());
                    await Queue.SettleAsync(new Settlement([.. sending.Recipients.Select(recipient => Delivered(recipient.RecipientId))], []), Never);
                }

                if (isLast && claimed.Count == 0) return;
            }
        })));
        await Task.WhenAll(putting, working);
        Assert.Equal(320, delivered.Count);
        Assert.Equal(320, delivered.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task NeverUsesANumberTwice()
    {
        await PutAsync("a@away.example");
        var first = Assert.Single(await ClaimAsync("away.example"));
        await RecordAsync(Delivered(first.Recipients[0].RecipientId));
        await SettleAsync();
        await ReopenAsync();
        await PutAsync("b@away.example");
        var second = Assert.Single(await ClaimAsync("away.example"));
        Assert.True(second.SendingId > first.SendingId);
        Assert.True(second.Recipients[0].RecipientId > first.Recipients[0].RecipientId);
        Assert.Null(await ReadSendingAsync(first.SendingId));
    }

    [Fact]
    public async Task TakesTenThousandRecipientsOfOneMessageAtOnce()
    {
        var recipients = Enumerable.Range(0, 10_000).Select(i => To(Numbered($"r{i}@d{i % 50}.example"))).ToArray();
        await PutAsync(Sending() with { Recipients = recipients }, body: Pattern(100_000));
        var counts = await Queue.CountAsync(100, Never);
        Assert.Equal(50, counts.Count);
        Assert.All(counts, count => Assert.Equal(("", 200, Noon), (count.LastReply, count.Recipients, count.Oldest)));
        for (var i = 0; i < 50; i++)
        {
            var sending = Assert.Single(await Queue.ClaimAsync(Claim(Numbered($"d{i}.example"), recipients: 1000), Never));
            Assert.Equal(200, sending.Recipients.Count);
            await RecordAsync([.. sending.Recipients.Select(recipient => Delivered(recipient.RecipientId))]);
        }

        Assert.Empty(await ListAsync());
        Assert.Empty(await Queue.CountAsync(100, Never));
    }
}
