using Merpati.Mail.Mailboxes;

namespace Merpati.Storage.Contract;

public abstract class SeenContract : StoreContract
{
    [Fact]
    public async Task MarksMessagesAsRead()
    {
        var inbox = await FillAsync(10);
        Assert.Empty((await Messages.ReadMailboxAsync(inbox, Never))!.Seen);
        Assert.Equal(4, await Messages.MarkSeenAsync(inbox, [9u, 2u, 3u, 7u], Never));
        await ReopenAsync();
        Assert.Equal([2u, 3u, 7u, 9u], await SeenAsync(inbox));
        Assert.Equal(MessageFlags.Seen, (await Messages.FindEntryAsync(inbox, 9, Never))!.Flags);
        Assert.Equal(MessageFlags.None, (await Messages.FindEntryAsync(inbox, 8, Never))!.Flags);
    }

    [Fact]
    public async Task PassesOverWhatIsMarkedOrNotThere()
    {
        var inbox = await FillAsync(5);
        Assert.Equal(0, await Messages.MarkSeenAsync(inbox, [], Never));
        Assert.Equal(2, await Messages.MarkSeenAsync(inbox, [2u, 3u, 3u], Never));
        await Messages.ExpungeAsync(inbox, [4u], Never);
        Assert.Equal(1, await Messages.MarkSeenAsync(inbox, [0u, 1u, 2u, 3u, 4u, 77u, uint.MaxValue], Never));
        Assert.Equal(0, await Messages.MarkSeenAsync(inbox, [1u, 2u, 3u, 4u], Never));
        Assert.Equal(0, await Messages.MarkSeenAsync(inbox + 1000, [1u], Never));
        Assert.Equal([1u, 2u, 3u], await SeenAsync(inbox));
        await AssertUidsAsync(inbox, 1u, 2u, 3u, 5u);
    }

    [Fact]
    public async Task GivesWhatWasMarkedANewModificationSequence()
    {
        var inbox = await FillAsync(4);
        var account = (await Accounts.FindFirstAccountAsync(Never))!;
        await Messages.MarkSeenAsync(inbox, [1u], Never);
        var first = await ModSeqsAsync(inbox, 4);
        var highest = (await Messages.ListMailboxesAsync(account.Id, Never))[0].HighestModSeq;
        await Messages.MarkSeenAsync(inbox, [1u, 2u, 4u], Never);
        var second = await ModSeqsAsync(inbox, 4);
        Assert.Equal((first[0], first[2]), (second[0], second[2]));
        Assert.All([second[1], second[3]], modSeq => Assert.True(modSeq > highest));
        Assert.Equal(second.Max(), (await Messages.ListMailboxesAsync(account.Id, Never))[0].HighestModSeq);
        await Messages.MarkSeenAsync(inbox, [1u, 2u, 4u], Never);
        Assert.Equal(second, await ModSeqsAsync(inbox, 4)); // nothing was marked: nothing has changed
        Assert.Equal(second.Max(), (await Messages.ListMailboxesAsync(account.Id, Never))[0].HighestModSeq);
        await Messages.AcceptAsync(Message(Text("x"), inbox), Never);
        Assert.True((await Messages.FindEntryAsync(inbox, 5, Never))!.ModSeq > second.Max());
    }

    [Fact]
    public async Task CountsAndReadsAsBeforeAfterMarking()
    {
        var inbox = await FillAsync(130);
        var before = (await Messages.ReadMailboxAsync(inbox, Never))!;
        await Messages.MarkSeenAsync(inbox, [1u, 64u, 65u, 128u, 130u], Never);
        await Messages.ExpungeAsync(inbox, [2u, 3u], Never); // the bits follow the order of the snapshot, not the UIDs
        Assert.Equal([1u, 64u, 65u, 128u, 130u], await SeenAsync(inbox));
        var after = (await Messages.ReadMailboxAsync(inbox, Never))!;
        Assert.Equal(before.Uids.Where(uid => uid is not 2 and not 3), after.Uids);
        Assert.Equal(before.Sizes.Where((_, at) => at is not 1 and not 2), after.Sizes);
        await AssertTextAsync(Pattern(64, 64), inbox, 64);
    }

    private async Task<long> FillAsync(int messages)
    {
        var inbox = await AddInboxAsync("a@example.org");
        for (var i = 1; i <= messages; i++) await Messages.AcceptAsync(Message(Pattern(i, i), inbox), Never);
        return inbox;
    }

    private async Task<List<uint>> SeenAsync(long inbox)
    {
        var snapshot = (await Messages.ReadMailboxAsync(inbox, Never))!;
        Assert.InRange(snapshot.Seen.Length, 0, (snapshot.Uids.Length + 63) / 64);
        return [.. snapshot.Uids.Where((_, at) => at / 64 < snapshot.Seen.Length && (snapshot.Seen[at / 64] >> (at % 64) & 1) != 0)];
    }

    private async Task<long[]> ModSeqsAsync(long inbox, uint last)
    {
        var modSeqs = new long[last];
        for (uint uid = 1; uid <= last; uid++) modSeqs[uid - 1] = (await Messages.FindEntryAsync(inbox, uid, Never))!.ModSeq;
        return modSeqs;
    }
}
