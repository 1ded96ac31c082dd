using Merpati.Mail.Mailboxes;
using Merpati.Storage.Messages;

namespace Merpati.Storage.Contract;

public abstract class MessageContract : StoreContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4_096)]
    [InlineData(58_311)]
    [InlineData(58_312)]
    [InlineData(58_313)]
    [InlineData(65_536)]
    [InlineData(116_624)]
    [InlineData(300_001)]
    public async Task GivesBackWhatWasTakenOctetForOctet(int length)
    {
        var inbox = await AddInboxAsync("a@example.org");
        var body = Pattern(length);
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(Message(body, inbox), Never));
        await ReopenAsync();
        await AssertTextAsync(body, inbox, 1);
    }

    [Fact]
    public async Task GivesBackTwentyMegabytesOctetForOctet()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var body = Pattern(20 << 20);
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(Message(body, inbox), Never));
        await AssertTextAsync(body, inbox, 1);
    }

    [Fact]
    public async Task PutsEachDeliverysTraceOnTopOfTheSharedBody()
    {
        var one = await AddInboxAsync("a@example.org");
        var two = await AddInboxAsync("b@example.org");
        var body = Pattern(100_000);
        var acceptance = new Acceptance(new BytesBody(body), [new LocalDelivery(one, Text("X: one\r\n")), new LocalDelivery(two, Text("X: the other\r\n"))], DateTimeOffset.UnixEpoch);
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(acceptance, Never));
        await AssertTextAsync([.. Text("X: one\r\n"), .. body], one, 1);
        await AssertTextAsync([.. Text("X: the other\r\n"), .. body], two, 1);
        Assert.Equal(100_008, Assert.Single((await Messages.ReadMailboxAsync(one, Never))!.Sizes));
        Assert.Equal(100_014, Assert.Single((await Messages.ReadMailboxAsync(two, Never))!.Sizes));
    }

    [Fact]
    public async Task CountsWhatAMailboxHolds()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var account = (await Accounts.FindFirstAccountAsync(Never))!;
        foreach (var length in new[] { 10, 20, 30 }) await Messages.AcceptAsync(Message(Pattern(length), inbox), Never);
        var snapshot = (await Messages.ReadMailboxAsync(inbox, Never))!;
        Assert.Equal([1u, 2u, 3u], snapshot.Uids);
        Assert.Equal([10L, 20L, 30L], snapshot.Sizes);
        var record = Assert.Single(await Messages.ListMailboxesAsync(account.Id, Never));
        Assert.Equal((3, 60L, 4u, snapshot.UidValidity), (record.Messages, record.Octets, record.UidNext, record.UidValidity));
        var entry = (await Messages.FindEntryAsync(inbox, 2, Never))!;
        Assert.Equal((2u, 20L, MessageFlags.None, DateTimeOffset.UnixEpoch.AddDays(20_000)), (entry.Uid, entry.Size, entry.Flags, entry.InternalDate));
        Assert.InRange(entry.ModSeq, 1, record.HighestModSeq);
        Assert.Null(await Messages.FindEntryAsync(inbox, 4, Never));
        Assert.Null(await ReadAsync(inbox, 4));
        Assert.Null(await Messages.ReadMailboxAsync(inbox + 1000, Never));
    }

    [Fact]
    public async Task AcceptsForAllMailboxesOrForNone()
    {
        var inbox = await AddInboxAsync("a@example.org");
        Assert.Equal(AcceptOutcome.MailboxGone, await Messages.AcceptAsync(Message(Text("x"), inbox, inbox + 1000), Never));
        Assert.Empty(await UidsAsync(inbox));
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(Message(Text("y"), inbox), Never));
        await AssertTextAsync(Text("y"), inbox, Assert.Single(await UidsAsync(inbox)));
    }

    [Fact]
    public async Task NeverUsesAUidTwice()
    {
        var inbox = await AddInboxAsync("a@example.org");
        for (var i = 0; i < 3; i++) await Messages.AcceptAsync(Message(Text("x"), inbox), Never);
        Assert.Equal(1, await Messages.ExpungeAsync(inbox, [3u], Never));
        await SettleAsync();
        await ReopenAsync();
        await Messages.AcceptAsync(Message(Text("y"), inbox), Never);
        await AssertUidsAsync(inbox, 1u, 2u, 4u);
    }

    [Fact]
    public async Task ExpungesWhatIsThereAndRaisesTheModificationSequence()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var account = (await Accounts.FindFirstAccountAsync(Never))!;
        for (var i = 1; i <= 10; i++) await Messages.AcceptAsync(Message(Pattern(i, i), inbox), Never);
        var before = (await Messages.ListMailboxesAsync(account.Id, Never))[0].HighestModSeq;
        Assert.Equal(5, await Messages.ExpungeAsync(inbox, [9u, 2u, 3u, 4u, 7u, 77u, uint.MaxValue, 0u], Never));
        Assert.Equal(0, await Messages.ExpungeAsync(inbox, [2u, 9u], Never));
        Assert.Equal(0, await Messages.ExpungeAsync(inbox, [], Never));
        await AssertUidsAsync(inbox, 1u, 5u, 6u, 8u, 10u);
        var record = (await Messages.ListMailboxesAsync(account.Id, Never))[0];
        Assert.Equal((5, 30L, before + 1), (record.Messages, record.Octets, record.HighestModSeq));
        Assert.Null(await ReadAsync(inbox, 2));
        await SettleAsync();
        foreach (var uid in await UidsAsync(inbox)) await AssertTextAsync(Pattern((int)uid, (int)uid), inbox, uid);
    }

    [Fact]
    public async Task KeepsASharedBodyUntilItsLastEntryGoes()
    {
        var one = await AddInboxAsync("a@example.org");
        var two = await AddInboxAsync("b@example.org");
        var body = Pattern(200_000);
        await Messages.AcceptAsync(Message(body, one, two), Never);
        await Messages.ExpungeAsync(one, [1u], Never);
        await SettleAsync();
        await AssertTextAsync(body, two, 1);
        await Messages.ExpungeAsync(two, [1u], Never);
        await SettleAsync();
        Assert.Null(await ReadAsync(two, 1));
    }

    [Fact]
    public async Task FailsCleanlyWhenWhatIsReadIsExpunged()
    {
        var inbox = await AddInboxAsync("a@example.org");
        await Messages.AcceptAsync(Message(Pattern(1_000_000), inbox), Never);
        using var reader = await Messages.OpenMessageAsync(inbox, 1, Never);
        Assert.False((await reader!.ReadAsync(Never)).IsEmpty);
        await Messages.ExpungeAsync(inbox, [1u], Never);
        await SettleAsync();
        await Messages.AcceptAsync(Message(Pattern(1_000_000, 2), inbox), Never); // must not be mistaken for the rest of the first
        var failure = await Assert.ThrowsAsync<StoreException>(async () => await reader.ReadAsync(Never));
        Assert.Equal(StoreFailure.Gone, failure.Failure);
    }

    [Fact]
    public async Task ReadsOnWhenMailArrives()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var body = Pattern(500_000);
        await Messages.AcceptAsync(Message(body, inbox), Never);
        var snapshot = (await Messages.ReadMailboxAsync(inbox, Never))!;
        using var reader = await Messages.OpenMessageAsync(inbox, 1, Never);
        using var whole = new MemoryStream();
        while (await reader!.ReadAsync(Never) is { IsEmpty: false } piece)
        {
            whole.Write(piece.Span);
            await Messages.AcceptAsync(Message(Text("meanwhile"), inbox), Never);
        }

        Assert.Equal(body, whole.ToArray());
        Assert.Equal([1u], snapshot.Uids);
        Assert.True((await UidsAsync(inbox)).Length > 5);
    }

    [Fact]
    public async Task GivesAMaildropToOneSessionAtATime()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var first = await Messages.TryLockMaildropAsync(inbox, Never);
        Assert.NotNull(first);
        Assert.Null(await Messages.TryLockMaildropAsync(inbox, Never));
        await using (var other = await Messages.TryLockMaildropAsync(inbox + 1, Never)) Assert.NotNull(other);
        await first.DisposeAsync();
        var second = await Messages.TryLockMaildropAsync(inbox, Never);
        Assert.NotNull(second);
        await first.DisposeAsync(); // a second time: must not give away what is another's now
        Assert.Null(await Messages.TryLockMaildropAsync(inbox, Never));
        await second.DisposeAsync();
    }
}
