using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Storage.Contract;

/// <summary>Each arrow of the queue's states: what it changes, and that it is there when the store is opened again.</summary>
public abstract class QueueArrowContract : QueueContract
{
    [Fact]
    public async Task AcceptPutsEverythingThatIsKnownIntoTheQueue()
    {
        var notices = new RecipientNotices(NotifyConditions.Success | NotifyConditions.Failure, new OriginalRecipient("rfc822", "First@Else.example"));
        NewQueuedRecipient[] recipients = [new(Address("\"b c\"@away.example"), "route", notices), new(Address("grüße@away.example"), "route", null)];
        var sending = new NewSending(new QueueId(77), new MailPath(Address("\"S s\"@example.org")), recipients)
        {
            Trace = Text("List-Id: <x>\r\n"),
            Body = BodyType.BinaryMime,
            HasEightBit = true,
            IsInternationalized = true,
            Return = ReturnContent.Headers,
            EnvelopeId = "env 1",
        };
        var body = Pattern(200_000);
        await PutAsync(sending, body: body);
        await ReopenAsync();

        var claimed = Assert.Single(await ClaimAsync("route"));
        Assert.Equal((200_014L, Noon), (claimed.Size, claimed.AcceptedAt));
        Assert.Equal((new QueueId(77), "<\"S s\"@example.org>"), (claimed.Sending.Id, claimed.Sending.ReversePath.ToString()));
        Assert.Equal((BodyType.BinaryMime, true, true, ReturnContent.Headers, "env 1"),
            (claimed.Sending.Body, claimed.Sending.HasEightBit, claimed.Sending.IsInternationalized, claimed.Sending.Return, claimed.Sending.EnvelopeId));
        Assert.Equal(Text("List-Id: <x>\r\n"), claimed.Sending.Trace.ToArray());
        Assert.Empty(claimed.Sending.Recipients);
        Assert.Equal([(recipients[0].Address, notices, 0, false), (recipients[1].Address, null, 0, false)],
            claimed.Recipients.Select(recipient => (recipient.Address, recipient.Notices, recipient.Attempts, recipient.DelayWasTold)));
        byte[] whole = [.. Text("List-Id: <x>\r\n"), .. body];
        Assert.Equal(whole, await ReadSendingAsync(claimed.SendingId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("postmaster")]
    [InlineData("a@away.example")]
    public async Task AcceptKeepsEveryKindOfReversePath(string path)
    {
        await PutAsync(Sending("x@away.example") with { ReversePath = MailPath.FromAddressText(path) });
        Assert.Equal(path, (await OnlyEntryAsync()).ReversePath.ToAddressText());
        Assert.Equal(path, Assert.Single(await ClaimAsync("away.example")).Sending.ReversePath.ToAddressText());
    }

    [Fact]
    public async Task AcceptIsForMailboxesAndTheQueueTogetherOrForNeither()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var both = Message(Text("x"), inbox) with { Sendings = [Sending("b@away.example"), Sending("c@other.example")] };
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(both, Never));
        await AssertTextAsync(Text("x"), inbox, 1);
        Assert.Equal(2, (await ListAsync()).Count);
        var gone = Message(Text("y"), inbox, inbox + 1000) with { Sendings = [Sending("d@away.example")] };
        Assert.Equal(AcceptOutcome.MailboxGone, await Messages.AcceptAsync(gone, Never));
        Assert.Equal(2, (await ListAsync()).Count);
        await AssertUidsAsync(inbox, 1u);
    }

    [Fact]
    public async Task AcceptRefusesWhatGoesNowhere()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Messages.AcceptAsync(Carrying([], Noon), Never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Messages.AcceptAsync(Carrying([], Noon, Sending()), Never));
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Messages.AcceptAsync(Carrying([], Noon, Sending() with { Recipients = [To("a@away.example", "")] }), Never));
    }

    [Fact]
    public async Task ClaimTakesARecipientUntilItsLeaseEnds()
    {
        await PutAsync("a@away.example");
        var recipient = await ClaimOneAsync("away.example");
        await ReopenAsync();
        var entry = await OnlyEntryAsync();
        Assert.Equal((recipient.RecipientId, QueueState.Claimed, LeaseEnd), (entry.RecipientId, entry.State, entry.DueAt));
        Assert.Empty(await ClaimAsync("away.example", Noon.AddYears(1)));
        Assert.Empty(await DueAsync(Noon.AddYears(1)));
    }

    [Fact]
    public async Task DeliverRemovesTheRecipientAndKeepsTheAttempt()
    {
        var sending = Sending("a@away.example", "b@away.example");
        await PutAsync(sending);
        var claimed = Assert.Single(await ClaimAsync("away.example"));
        await RecordAsync(Delivered(claimed.Recipients[0].RecipientId));
        await ReopenAsync();
        Assert.Equal("b@away.example", (await OnlyEntryAsync()).Recipient.ToString());
        Assert.NotNull(await ReadSendingAsync(claimed.SendingId));
        await RecordAsync(Delivered(claimed.Recipients[1].RecipientId));
        Assert.Empty(await ListAsync());
        Assert.Null(await ReadSendingAsync(claimed.SendingId));
        await ReopenAsync();
        var attempts = await Queue.ReadAttemptsAsync(sending.Id, Never);
        Assert.Equal(["a@away.example", "b@away.example"], attempts.Select(attempt => attempt.Recipient.ToString()));
        Assert.All(attempts, attempt => Assert.Equal((AttemptOutcome.Delivered, Report("250 taken")), (attempt.Outcome, attempt.Report)));
    }

    [Fact]
    public async Task DeferLetsItWaitByTheSchedule()
    {
        await PutAsync("a@away.example");
        var recipient = await ClaimOneAsync("away.example");
        await Queue.SettleAsync(new Settlement([Deferred(recipient.RecipientId, Noon.AddHours(1)) with { TellsDelay = true }], []), Never);
        await ReopenAsync();
        var entry = await OnlyEntryAsync();
        Assert.Equal((QueueState.Waiting, Noon.AddHours(1), 1, "451 later"), (entry.State, entry.DueAt, entry.Attempts, entry.LastReply));
        Assert.Empty(await DueAsync(Noon.AddMinutes(59)));
        Assert.Equal(Noon.AddHours(1), await Queue.FindNextDueAsync(Noon, Never));
        Assert.Equal(["away.example"], await DueAsync(Noon.AddHours(1)));
        var again = await ClaimOneAsync("away.example", Noon.AddHours(1));
        Assert.Equal((recipient.RecipientId, 1, true), (again.RecipientId, again.Attempts, again.DelayWasTold));
        await RecordAsync(Deferred(again.RecipientId, Noon.AddHours(2)));
        Assert.True((await ClaimOneAsync("away.example", Noon.AddHours(2))).DelayWasTold); // once told, always told
    }

    [Fact]
    public async Task FailRemovesTheRecipient()
    {
        var sending = Sending("a@away.example");
        await PutAsync(sending);
        await RecordAsync(Failed((await ClaimOneAsync("away.example")).RecipientId));
        await ReopenAsync();
        Assert.Empty(await ListAsync());
        Assert.Equal(AttemptOutcome.Failed, Assert.Single(await Queue.ReadAttemptsAsync(sending.Id, Never)).Outcome);
    }

    [Fact]
    public async Task ExpireRemovesOneThatWaits()
    {
        await PutAsync("a@away.example");
        await RecordAsync(Failed((await OnlyEntryAsync()).RecipientId));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task LapseLetsWhatNobodyWorksOnWaitAgain()
    {
        await PutAsync("a@away.example");
        await PutAsync("b@other.example");
        var recipient = await ClaimOneAsync("away.example");
        Assert.Equal(0, await Queue.LapseAsync(LeaseEnd.AddMilliseconds(-1), Never));
        Assert.Equal(1, await Queue.LapseAsync(LeaseEnd, Never));
        Assert.Equal(0, await Queue.LapseAsync(LeaseEnd, Never));
        await ReopenAsync();
        Assert.All(await ListAsync(), entry => Assert.Equal(QueueState.Waiting, entry.State));
        var again = await ClaimOneAsync("away.example", LeaseEnd);
        Assert.Equal((recipient.RecipientId, 0), (again.RecipientId, again.Attempts));
    }

    [Fact]
    public async Task LapseEndsEveryLeaseAtAStart()
    {
        await PutAsync("a@away.example", "b@other.example");
        await ClaimAsync("away.example");
        await Queue.ClaimAsync(new ClaimRequest("other.example", Noon, DateTimeOffset.MaxValue, 1, 1), Never);
        await ReopenAsync();
        Assert.Equal(2, await Queue.LapseAsync(DateTimeOffset.MaxValue, Never));
        Assert.Equal(["away.example", "other.example"], await DueAsync(TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public async Task ProlongKeepsTheLease()
    {
        await PutAsync("a@away.example", "b@other.example");
        var recipient = await ClaimOneAsync("away.example");
        var waiting = (await ListAsync(new QueueFilter { Destination = "other.example" }))[0];
        await Queue.ProlongAsync([recipient.RecipientId, waiting.RecipientId, 4711], LeaseEnd.AddHours(1), Never);
        Assert.Equal(0, await Queue.LapseAsync(LeaseEnd, Never));
        await ReopenAsync();
        Assert.Equal([LeaseEnd.AddHours(1), Noon], (await ListAsync()).Select(entry => entry.DueAt));
        Assert.Equal(1, await Queue.LapseAsync(LeaseEnd.AddHours(1), Never));
    }

    [Fact]
    public async Task GivingBackMovesItToAnotherDestinationWithoutAnAttempt()
    {
        await PutAsync("a@away.example", "b@away.example");
        var claimed = Assert.Single(await ClaimAsync("away.example")).Recipients;
        await RecordAsync(Deferred(claimed[1].RecipientId, Noon.AddDays(1)));
        await Queue.GiveBackAsync([claimed[0].RecipientId, claimed[1].RecipientId, 4711], "route", Noon.AddMinutes(1), Never);
        await ReopenAsync();
        var entries = await ListAsync();
        Assert.Equal([("route", QueueState.Waiting, Noon.AddMinutes(1), 0), ("away.example", QueueState.Waiting, Noon.AddDays(1), 1)],
            entries.Select(entry => (entry.Destination, entry.State, entry.DueAt, entry.Attempts)));
        Assert.Equal(["route"], await DueAsync(Noon.AddHours(1)));
        Assert.Equal(2, (await Queue.CountAsync(10, Never)).Count);
        Assert.Equal(claimed[0].RecipientId, (await ClaimOneAsync("route", Noon.AddHours(1))).RecipientId);
    }

    [Fact]
    public async Task HoldStopsAndReleaseLetsGo()
    {
        await PutAsync("a@away.example");
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Hold, Everything, Noon, Never));
        Assert.Equal(0, await Queue.ChangeAsync(QueueChange.Hold, Everything, Noon, Never));
        await ReopenAsync();
        Assert.Equal(QueueState.Held, (await OnlyEntryAsync()).State);
        Assert.Empty(await DueAsync(Noon.AddYears(1)));
        Assert.Null(await Queue.FindNextDueAsync(Noon.AddYears(-1), Never));
        Assert.Empty(await ClaimAsync("away.example", Noon.AddYears(1)));
        Assert.Equal(0, await Queue.ChangeAsync(QueueChange.Retry, Everything, Noon, Never));
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Release, Everything, Noon.AddDays(1), Never));
        await ReopenAsync();
        Assert.Equal((QueueState.Waiting, Noon.AddDays(1)), (await OnlyEntryAsync() is var entry ? entry.State : default, entry.DueAt));
        Assert.Equal(["away.example"], await DueAsync(Noon.AddDays(1)));
    }

    [Fact]
    public async Task RetryMakesItDueAtOnce()
    {
        await PutAsync("a@away.example");
        await RecordAsync(Deferred((await ClaimOneAsync("away.example")).RecipientId, Noon.AddDays(3)));
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Retry, Everything, Noon.AddHours(1), Never));
        await ReopenAsync();
        Assert.Equal(Noon.AddHours(1), (await OnlyEntryAsync()).DueAt);
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Retry, Everything, Noon.AddHours(2), Never));
        Assert.Equal(Noon.AddHours(1), (await OnlyEntryAsync()).DueAt); // what is due keeps its turn
    }

    [Fact]
    public async Task RemoveTakesItOutWithoutAWord()
    {
        var sending = Sending("a@away.example", "b@away.example");
        await PutAsync(sending);
        await PutAsync("c@other.example");
        await RecordAsync(Deferred(Assert.Single(await ClaimAsync("away.example")).Recipients[0].RecipientId, Noon.AddDays(1)));
        await Queue.LapseAsync(DateTimeOffset.MaxValue, Never);
        Assert.Equal(2, await Queue.ChangeAsync(QueueChange.Remove, new QueueFilter { Id = sending.Id }, Noon, Never));
        await ReopenAsync();
        Assert.Equal("c@other.example", (await OnlyEntryAsync()).Recipient.ToString());
        Assert.Equal(1, await Queue.ForgetAttemptsAsync(Noon.AddDays(1), Never));
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Hold, Everything, Noon, Never));
        Assert.Equal(1, await Queue.ChangeAsync(QueueChange.Remove, Everything, Noon, Never));
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData(QueueChange.Hold)]
    [InlineData(QueueChange.Release)]
    [InlineData(QueueChange.Retry)]
    [InlineData(QueueChange.Remove)]
    public async Task NoChangeTouchesWhatIsClaimed(QueueChange change)
    {
        await PutAsync("a@away.example");
        await ClaimOneAsync("away.example");
        var before = await OnlyEntryAsync();
        Assert.Equal(0, await Queue.ChangeAsync(change, Everything, Noon.AddDays(1), Never));
        Assert.Equal(0, await Queue.ChangeAsync(change, new QueueFilter { State = QueueState.Claimed }, Noon.AddDays(1), Never));
        Assert.Equal((before.RecipientId, QueueState.Claimed, before.DueAt), (await OnlyEntryAsync() is var after ? after.RecipientId : 0, after.State, after.DueAt));
    }

    [Fact]
    public async Task AnotherProcessSeesEveryArrow()
    {
        await using var beside = await OpenBesideAsync();
        await PutAsync("a@away.example");
        Assert.Single(await beside.Queue.ListAsync(Everything, 0, 10, Never));
        Assert.Equal(1, await beside.Queue.ChangeAsync(QueueChange.Hold, Everything, Noon, Never));
        Assert.Empty(await ClaimAsync("away.example"));
        Assert.Equal(1, await beside.Queue.ChangeAsync(QueueChange.Release, Everything, Noon, Never));
        var recipient = await ClaimOneAsync("away.example");
        Assert.Equal(0, await beside.Queue.ChangeAsync(QueueChange.Remove, Everything, Noon, Never));
        Assert.Empty(await beside.Queue.ClaimAsync(Claim("away.example"), Never));
        await RecordAsync(Delivered(recipient.RecipientId));
        Assert.Empty(await beside.Queue.ListAsync(Everything, 0, 10, Never));
        Assert.Empty(await beside.Queue.CountAsync(10, Never));
    }
}
