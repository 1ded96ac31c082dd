using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Storage.Contract;

/// <summary>What a settlement leaves: notices, attempts, and bodies only where somebody still needs them.</summary>
public abstract class QueueSettleContract : QueueContract
{
    [Fact]
    public async Task AcceptsNoticesWithTheResultsThatCauseThem()
    {
        var inbox = await AddInboxAsync("sender@example.org");
        await PutAsync("a@away.example", "b@away.example");
        var recipients = Assert.Single(await ClaimAsync("away.example")).Recipients;
        var bounce = Message(Text("it bounced\r\n"), inbox);
        var onward = Carrying(Text("delayed\r\n"), Noon, Sending("owner@list.example") with { ReversePath = MailPath.Null });
        await Queue.SettleAsync(new Settlement([Failed(recipients[0].RecipientId), Deferred(recipients[1].RecipientId, Noon.AddHours(1)) with { TellsDelay = true }], [bounce, onward]), Never);
        await ReopenAsync();
        await AssertTextAsync(Text("it bounced\r\n"), inbox, 1);
        var entries = await ListAsync();
        Assert.Equal(["b@away.example", "owner@list.example"], entries.Select(entry => entry.Recipient.ToString()));
        Assert.True(entries[1].ReversePath.IsNull);
        Assert.Equal(Text("delayed\r\n"), await ReadSendingAsync(Assert.Single(await ClaimAsync("list.example")).SendingId));
    }

    [Fact]
    public async Task DoesTheSameTwiceAsOnce()
    {
        var inbox = await AddInboxAsync("sender@example.org");
        var sending = Sending("a@away.example");
        await PutAsync(sending);
        var settlement = new Settlement([Failed((await ClaimOneAsync("away.example")).RecipientId)], [Message(Text("it bounced\r\n"), inbox)]);
        await Queue.SettleAsync(settlement, Never);
        await Queue.SettleAsync(settlement, Never);
        await AssertUidsAsync(inbox, 1u);
        Assert.Single(await Queue.ReadAttemptsAsync(sending.Id, Never));
    }

    [Fact]
    public async Task PassesOverThoseThatAreGoneAndRecordsTheOthers()
    {
        var inbox = await AddInboxAsync("sender@example.org");
        await PutAsync("a@away.example", "b@away.example");
        var recipients = Assert.Single(await ClaimAsync("away.example")).Recipients;
        await RecordAsync(Delivered(recipients[0].RecipientId));
        await Queue.SettleAsync(new Settlement([Failed(recipients[0].RecipientId), Failed(recipients[1].RecipientId), Failed(4711)], [Message(Text("b bounced\r\n"), inbox)]), Never);
        Assert.Empty(await ListAsync());
        await AssertUidsAsync(inbox, 1u);
        await RecordAsync(Failed(4711));
    }

    [Fact]
    public async Task DropsANoticeThatNobodyIsLeftToRead()
    {
        var inbox = await AddInboxAsync("sender@example.org");
        await Addresses.SetAccountAsync(Address("sender@example.org"), new AccountSettings(10, AcceptsTerminal: true), Never);
        await PutAsync("a@away.example");
        var full = new Acceptance(new BytesBody(Pattern(11)), [new LocalDelivery(inbox, default) { EnforceQuota = true }], Noon);
        await Queue.SettleAsync(new Settlement([Failed((await ClaimOneAsync("away.example")).RecipientId)], [Message(Text("x"), inbox + 1000), full, Message(Text("read me"), inbox)]), Never);
        Assert.Empty(await ListAsync());
        await AssertTextAsync(Text("read me"), inbox, 1);
    }

    [Fact]
    public async Task RecordsNothingWhenANoticeCannotBeWritten()
    {
        var inbox = await AddInboxAsync("sender@example.org");
        await PutAsync("a@away.example");
        var recipient = await ClaimOneAsync("away.example");
        var bad = new Acceptance(new FailingBody(5000), [new LocalDelivery(inbox, default)], Noon);
        await Assert.ThrowsAsync<IOException>(async () => await Queue.SettleAsync(new Settlement([Failed(recipient.RecipientId)], [bad]), Never));
        Assert.Equal((QueueState.Claimed, 0), (await OnlyEntryAsync() is var entry ? entry.State : default, entry.Attempts));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Queue.SettleAsync(new Settlement([], [Message([])]), Never));
    }

    [Fact]
    public async Task TakesOnlyNoticesToo()
    {
        var inbox = await AddInboxAsync("sender@example.org");
        await Queue.SettleAsync(new Settlement([], [Message(Text("for your information\r\n"), inbox)]), Never);
        await AssertUidsAsync(inbox, 1u);
    }

    [Fact]
    public async Task RecordsWhatWasDeliveredAlthoughTheLeaseHadLapsed()
    {
        await PutAsync("a@away.example", "b@away.example", "c@away.example");
        var recipients = Assert.Single(await ClaimAsync("away.example")).Recipients;
        await Queue.LapseAsync(LeaseEnd, Never);
        await Queue.ChangeAsync(QueueChange.Hold, new QueueFilter { Recipient = Address("c@away.example") }, Noon, Never);
        await RecordAsync(
            Delivered(recipients[0].RecipientId), Deferred(recipients[1].RecipientId, Noon.AddDays(1)), Deferred(recipients[2].RecipientId, Noon.AddDays(1)));
        Assert.Equal([("b@away.example", QueueState.Waiting, Noon.AddDays(1), 1), ("c@away.example", QueueState.Held, LeaseEnd, 1)],
            (await ListAsync()).Select(entry => (entry.Recipient.ToString(), entry.State, entry.DueAt, entry.Attempts)));
    }

    [Fact]
    public async Task KeepsABodyUntilItsLastReferenceGoes()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var body = Pattern(200_000);
        var acceptance = new Acceptance(new BytesBody(body), [new LocalDelivery(inbox, default)], Noon) { Sendings = [Sending("b@away.example"), Sending("c@other.example")] };
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(acceptance, Never));
        var away = Assert.Single(await ClaimAsync("away.example"));
        await RecordAsync(Delivered(away.Recipients[0].RecipientId));
        await Messages.ExpungeAsync(inbox, [1u], Never);
        await SettleAsync();
        var other = Assert.Single(await ClaimAsync("other.example"));
        Assert.Equal(body, await ReadSendingAsync(other.SendingId));
        Assert.Empty(await Store.VerifyAsync(null, Never));
        await RecordAsync(Delivered(other.Recipients[0].RecipientId));
        await SettleAsync();
        Assert.Null(await ReadSendingAsync(other.SendingId));
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task LeavesTheMailboxItsCopyWhenTheQueueIsDone()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var body = Pattern(100_000);
        await Messages.AcceptAsync(new Acceptance(new BytesBody(body), [new LocalDelivery(inbox, default)], Noon) { Sendings = [Sending("b@away.example")] }, Never);
        await RecordAsync(Delivered((await ClaimOneAsync("away.example")).RecipientId));
        await SettleAsync();
        await AssertTextAsync(body, inbox, 1);
        await Messages.ExpungeAsync(inbox, [1u], Never);
        await SettleAsync();
        await AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(ClaimedSending.MaxTextOctets - 6, true)]
    [InlineData(ClaimedSending.MaxTextOctets - 5, false)]
    [InlineData(200_000, false)]
    public async Task GivesTheTextWithTheClaimWhereItIsShort(int octets, bool isGiven)
    {
        var body = Pattern(octets);
        await PutAsync(Sending("a@away.example") with { Trace = Text("X: y\r\n") }, body: body);
        var claimed = Assert.Single(await ClaimAsync("away.example"));
        byte[] whole = [.. Text("X: y\r\n"), .. body];
        Assert.Equal(isGiven ? whole : [], claimed.Text.ToArray());
        Assert.Equal(whole, await ReadSendingAsync(claimed.SendingId));
    }

    [Fact]
    public async Task FailsCleanlyWhenWhatIsSentIsRemoved()
    {
        await PutAsync(Sending("a@away.example"), body: Pattern(1_000_000));
        var claimed = Assert.Single(await ClaimAsync("away.example"));
        using var reader = await Queue.OpenAsync(claimed.SendingId, Never);
        Assert.False((await reader!.ReadAsync(Never)).IsEmpty);
        await RecordAsync(Delivered(claimed.Recipients[0].RecipientId));
        await SettleAsync();
        var failure = await Assert.ThrowsAsync<StoreException>(async () => await reader.ReadAsync(Never));
        Assert.Equal(StoreFailure.Gone, failure.Failure);
    }

    [Fact]
    public async Task SendsAnEmptyBodyAndATraceAlone()
    {
        await PutAsync(Sending("a@away.example"), body: []);
        await PutAsync(Sending("a@other.example") with { Trace = Text("X: y\r\n") }, body: []);
        Assert.Empty((await ReadSendingAsync(Assert.Single(await ClaimAsync("away.example")).SendingId))!);
        Assert.Equal(Text("X: y\r\n"), await ReadSendingAsync(Assert.Single(await ClaimAsync("other.example")).SendingId));
    }

    [Fact]
    public async Task KeepsTheLastHundredAttemptsOfARecipient()
    {
        var sending = Sending("a@away.example");
        await PutAsync(sending);
        for (var i = 1; i <= 130; i++)
        {
            var recipient = await ClaimOneAsync("away.example", Noon.AddMinutes(i));
            Assert.Equal(i - 1, recipient.Attempts);
            await Queue.SettleAsync(new Settlement([new RecipientResult(recipient.RecipientId, AttemptOutcome.Deferred, Report(Numbered($"451 try {i}"), Noon.AddMinutes(i)), Noon.AddMinutes(i + 1))], []), Never);
        }

        Assert.Equal(Enumerable.Range(31, 100).Select(i => Numbered($"451 try {i}")), (await Queue.ReadAttemptsAsync(sending.Id, Never)).Select(attempt => attempt.Report.Reply));
        Assert.Equal(130, (await OnlyEntryAsync()).Attempts);
        Assert.Equal("451 try 130", Assert.Single(await Queue.CountAsync(10, Never)).LastReply);
    }

    [Fact]
    public async Task KeepsWhatCanBeKeptOfALongReply()
    {
        var sending = Sending("a@away.example");
        await PutAsync(sending);
        var long1 = new string('x', 3_999) + "😀" + new string('y', 100);
        await RecordAsync(Deferred((await ClaimOneAsync("away.example")).RecipientId, Noon, long1));
        Assert.Equal(new string('x', 3_999), (await OnlyEntryAsync()).LastReply);
        Assert.Equal(new string('x', 3_999), Assert.Single(await Queue.ReadAttemptsAsync(sending.Id, Never)).Report.Reply);
    }

    [Fact]
    public async Task ForgetsOldAttemptsOfThoseWhoAreGoneAndOfNobodyElse()
    {
        var sending = Sending("gone@away.example", "here@away.example");
        await PutAsync(sending);
        var recipients = Assert.Single(await ClaimAsync("away.example")).Recipients;
        await RecordAsync(Deferred(recipients[0].RecipientId, Noon), Deferred(recipients[1].RecipientId, Noon));
        Assert.Equal(0, await Queue.ForgetAttemptsAsync(Noon.AddDays(1), Never));
        await Queue.SettleAsync(new Settlement([new RecipientResult(recipients[0].RecipientId, AttemptOutcome.Delivered, Report("250 taken", Noon.AddHours(2)))], []), Never);
        Assert.Equal(1, await Queue.ForgetAttemptsAsync(Noon.AddHours(1), Never));
        Assert.Equal(["here@away.example", "gone@away.example"], (await Queue.ReadAttemptsAsync(sending.Id, Never)).Select(attempt => attempt.Recipient.ToString()));
        Assert.Equal(1, await Queue.ForgetAttemptsAsync(Noon.AddDays(1), Never));
        Assert.Equal(0, await Queue.ForgetAttemptsAsync(Noon.AddDays(1), Never));
        Assert.Single(await Queue.ReadAttemptsAsync(sending.Id, Never));
    }

    [Fact]
    public async Task ForgetsABoundedNumberAtATime()
    {
        await PutAsync(Sending() with { Recipients = [.. Enumerable.Range(0, 1_200).Select(i => To(Numbered($"r{i}@away.example")))] });
        var claimed = Assert.Single(await Queue.ClaimAsync(Claim("away.example", recipients: 2_000), Never));
        await RecordAsync([.. claimed.Recipients.Select(recipient => Delivered(recipient.RecipientId))]);
        Assert.Equal(1_000, await Queue.ForgetAttemptsAsync(Noon.AddDays(1), Never));
        Assert.Equal(200, await Queue.ForgetAttemptsAsync(Noon.AddDays(1), Never));
    }

    // A store in which nothing is kept any more is as small as one that was just made.
    private async Task AssertNothingIsLeftAsync()
    {
        Assert.Empty(await ListAsync());
        Assert.Empty(await Queue.CountAsync(10, Never));
        Assert.Empty(await Store.VerifyAsync(null, Never));
    }
}
