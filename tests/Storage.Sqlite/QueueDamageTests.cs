using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Storage.Sqlite.Tests;

/// <summary>What a killed process leaves of the queue, what is given back of it, and damage that is found.</summary>
public sealed class QueueDamageTests : SqliteTest
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData("UPDATE queue_tally SET recipients = recipients + 1 WHERE destination = 'b.example'", "counts 3 recipients for b.example with one reply and has 2")]
    [InlineData("UPDATE queued_recipient SET destination = 'c.example' WHERE id = 1", "counted under a.example and waits for c.example")]
    [InlineData("DELETE FROM queued_recipient WHERE id = 1", "sending 1 has no recipient")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM sending WHERE id = 1", "a row of queued_recipient refers to one of sending that does not exist")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM queue_tally WHERE destination = 'a.example'", "a row of queued_recipient refers to one of queue_tally that does not exist")]
    [InlineData("UPDATE shared_body SET refs = 3", "counts 3 references and has 2")]
    [InlineData("UPDATE sending SET body_id = 4711 WHERE id = 1", "sending 1 should have a text of 200000 octets and has 0")]
    [InlineData("UPDATE sending SET size = 7 WHERE id = 2", "sending 2 should have a text of 7 octets and has 200000")]
    [InlineData("DELETE FROM body_chunk WHERE id & 65535 = 1", "in 3 pieces of 4")]
    [InlineData("UPDATE attempt SET gone = 1", "say wrongly whether it has left the queue")]
    [InlineData("INSERT INTO attempt SELECT queue_id, 4711, number, 0, at, outcome, recipient, host, address, tls, status, reply FROM attempt", "attempts for recipient 4711")]
    [InlineData("UPDATE queued_recipient SET sending_id = 3 WHERE id = 1", "stands before those of an earlier sending")]
    public async Task FindsDamage(string damage, string line)
    {
        await using var store = await OpenAsync();
        var one = Sending(1, "x@a.example");
        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(200_000) with { Sendings = [one, Sending(2, "y@b.example", "z@b.example")] }, Never));
        await store.Messages.AcceptAsync(Message(0) with { Sendings = [Sending(3, "x@c.example")] }, Never);
        var claimed = await store.Queue.ClaimAsync(new ClaimRequest("a.example", Now, Now, 1, 1), Never);
        await store.Queue.SettleAsync(new Settlement([Result(claimed[0].Recipients[0].RecipientId, AttemptOutcome.Deferred)], []), Never);
        Assert.Empty(await store.VerifyAsync(null, Never));
        Execute(damage);
        Assert.Contains(await store.VerifyAsync(null, Never), finding => finding.Contains(line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task LosesNoArrowThatWasAnsweredWhenTheProcessDies()
    {
        await using var store = await OpenAsync();
        var inbox = await AddInboxAsync(store);
        var seen = new List<IReadOnlyList<QueueEntry>>();
        var arrows = new Func<Task>[]
        {
            async () => await store.Messages.AcceptAsync(Message(100_000, inbox) with { Sendings = [Sending(1, "a@a.example", "b@a.example", "c@a.example")] }, Never),
            async () => await store.Queue.ClaimAsync(new ClaimRequest("a.example", Now, Now.AddMinutes(5), 1, 3), Never),
            async () => await store.Queue.SettleAsync(new Settlement([Result(1, AttemptOutcome.Delivered)], [Message(10, inbox)]), Never),
            async () => await store.Queue.SettleAsync(new Settlement([Result(2, AttemptOutcome.Deferred)], []), Never),
            async () => await store.Queue.LapseAsync(Now.AddMinutes(5), Never),
            async () => await store.Queue.ChangeAsync(QueueChange.Hold, new QueueFilter(), Now, Never),
            async () => await store.Queue.ChangeAsync(QueueChange.Release, new QueueFilter(), Now, Never),
            async () => await store.Queue.SettleAsync(new Settlement([Result(3, AttemptOutcome.Failed)], [Message(10, inbox)]), Never),
            async () => await store.Queue.ChangeAsync(QueueChange.Remove, new QueueFilter(), Now, Never),
        };
        foreach (var arrow in arrows)
        {
            await arrow();
            var expected = await store.Queue.ListAsync(new QueueFilter(), 0, 10, Never);
            Assert.DoesNotContain(seen, earlier => earlier.SequenceEqual(expected));
            seen.Add(expected);

            // What is in the files at this moment is what a killed process leaves.
            await using var copy = new SqliteHome();
            foreach (var file in new[] { Home.Database, Home.Wal, Home.Marker }) File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
            await using var revived = await copy.OpenAsync();
            Assert.Equal(expected, await revived.Queue.ListAsync(new QueueFilter(), 0, 10, Never));
            Assert.Equal(await store.Queue.ReadAttemptsAsync(new QueueId(1), Never), await revived.Queue.ReadAttemptsAsync(new QueueId(1), Never));
            Assert.Equal((await store.Messages.ReadMailboxAsync(inbox, Never))!.Uids, (await revived.Messages.ReadMailboxAsync(inbox, Never))!.Uids);
            Assert.Empty(await revived.VerifyAsync(null, Never));
        }
    }

    [Fact]
    public async Task ChangesNothingWhenTheCommitFails()
    {
        Engine.SqliteFailure? fault = null;
        await using var store = await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Home.Path, Exclusive = true, CommitFault = () => Volatile.Read(ref fault) }, Never);
        var inbox = await AddInboxAsync(store);
        await store.Messages.AcceptAsync(Message(1000) with { Sendings = [Sending(1, "x@a.example")] }, Never);
        var claim = new ClaimRequest("a.example", Now, Now, 1, 1);
        Volatile.Write(ref fault, new Engine.SqliteFailure(13, "full", "COMMIT"));
        await FailsAsync(StoreFailure.NoSpace, () => store.Queue.ClaimAsync(claim, Never).AsTask());
        Volatile.Write(ref fault, null);
        var recipient = Assert.Single(await store.Queue.ClaimAsync(claim, Never)).Recipients[0];
        Volatile.Write(ref fault, new Engine.SqliteFailure(13, "full", "COMMIT"));
        await FailsAsync(StoreFailure.NoSpace, () => store.Queue.SettleAsync(new Settlement([Result(recipient.RecipientId, AttemptOutcome.Failed)], [Message(10, inbox)]), Never).AsTask());
        Volatile.Write(ref fault, null);
        Assert.Equal(QueueState.Claimed, Assert.Single(await store.Queue.ListAsync(new QueueFilter(), 0, 10, Never)).State);
        Assert.Empty((await store.Messages.ReadMailboxAsync(inbox, Never))!.Uids);
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    [Fact]
    public async Task GivesTheRoomOfWhatWasSentBack()
    {
        await using var store = await OpenAsync();
        for (var i = 1; i <= 40; i++) await store.Messages.AcceptAsync(Message(500_000) with { Sendings = [Sending(i, "x@a.example"), Sending(i, "x@b.example")] }, Never);
        var full = Number("PRAGMA page_count");
        await DeliverAllAsync(store, "a.example");
        await store.SettleAsync();
        Assert.Equal(360, Number("SELECT count(*) FROM body_chunk"));
        Assert.Equal(0, Number("SELECT count(*) FROM shared_body"));
        await DeliverAllAsync(store, "b.example");
        await store.SettleAsync();
        Assert.Equal(0, Number("SELECT (SELECT count(*) FROM body_chunk) + (SELECT count(*) FROM released) + (SELECT count(*) FROM sending) + (SELECT count(*) FROM queue_tally)"));
        Assert.InRange(Number("PRAGMA page_count"), 1, full / 20);
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    private static async Task DeliverAllAsync(SqliteMailStore store, string destination)
    {
        while (await store.Queue.ClaimAsync(new ClaimRequest(destination, Now, Now, 10, 1), Never) is { Count: > 0 } claimed)
            await store.Queue.SettleAsync(new Settlement([.. claimed.Select(sending => Result(sending.Recipients[0].RecipientId, AttemptOutcome.Delivered))], []), Never);
    }

    private static RecipientResult Result(long recipient, AttemptOutcome outcome) =>
        new(recipient, outcome, new AttemptReport(Now, "mx.example", "192.0.2.1:25", "", "as it was", "2.0.0"), Now.AddHours(1));

    private static NewSending Sending(long id, params string[] recipients) => new(new QueueId(id), MailPath.Null, [.. recipients.Select(Recipient)]);

    private static NewQueuedRecipient Recipient(string text) =>
        EmailAddress.TryParse(text, out var address) ? new NewQueuedRecipient(address, address.Domain.Name, null) : throw new ArgumentException(text);
}
