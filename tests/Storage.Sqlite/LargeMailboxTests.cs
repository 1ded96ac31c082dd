using System.Security.Cryptography;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Messages;

namespace Merpati.Storage.Sqlite.Tests;

/// <summary>Mailboxes of any size are read whole, leanly, and rightly whatever was read of them before.</summary>
public sealed class LargeMailboxTests : SqliteTest
{
    private const int Million = 1_000_000;

    [Fact]
    public async Task HoldsAMillionMessages()
    {
        await using var store = await OpenAsync();
        var inbox = await FillAsync(store, Million);
        for (var round = 0; round < 2; round++) // from the rows, then from memory
        {
            var snapshot = (await store.Messages.ReadMailboxAsync(inbox, Never))!;
            Assert.Equal((Million, Million), (snapshot.Uids.Length, snapshot.Sizes.Length));
            Assert.Equal((1u, Million, 1001L, 1000L), (snapshot.Uids[0], (int)snapshot.Uids[^1], snapshot.Sizes[0], snapshot.Sizes[^1]));
            Assert.Equal((Million / 4, Million / 64), (snapshot.Seen.Sum(System.Numerics.BitOperations.PopCount), snapshot.Seen.Length));
        }

        Assert.Equal(Million - (Million / 4), await store.Messages.MarkSeenAsync(inbox, [.. Enumerable.Range(1, Million).Select(uid => (uint)uid)], Never));
        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(10, inbox), Never));
        Assert.Equal(Million / 2, await store.Messages.ExpungeAsync(inbox, [.. Enumerable.Range(1, Million / 2).Select(uid => (uint)uid)], Never));
        var after = (await store.Messages.ReadMailboxAsync(inbox, Never))!;
        Assert.Equal(((Million / 2) + 1, (Million / 2) + 1u, Million + 1u, 10L), (after.Uids.Length, after.Uids[0], after.Uids[^1], after.Sizes[^1]));
        Assert.Equal(Million / 2, after.Seen.Sum(System.Numerics.BitOperations.PopCount));
    }

    [Fact]
    public async Task TakesTwelveOctetsForAMessageAndLeavesNoGarbage()
    {
        const int Messages = 20_000;
        await using var store = await OpenAsync();
        var inbox = await FillAsync(store, Messages);
        using var database = Database.Open(Home.Database, OpenMode.Read);
        var cache = new SnapshotCache(SnapshotCache.FewMessages);
        _ = MailboxListing.Read(database, (inbox, new SnapshotCache(int.MaxValue), int.MaxValue)); // prepares the statements
        Assert.InRange(Allocated(() => MailboxListing.Read(database, (inbox, cache, int.MaxValue))), 12 * Messages, (12 * Messages) + (Messages / 2));
        Assert.InRange(Allocated(() => MailboxListing.Read(database, (inbox, cache, int.MaxValue))), 1, Messages / 2); // shared with the first
    }

    [Fact]
    public async Task KeepsTheSizesOfMessagesBeyondTwoGigabytes()
    {
        await using var store = await OpenAsync();
        var inbox = await FillAsync(store, 5);
        long[] sizes = [0, int.MaxValue - 1, int.MaxValue, 1L + int.MaxValue, 3_800_000_000];
        for (var i = 0; i < sizes.Length; i++) Execute($"UPDATE entry SET size = {sizes[i]}, uid = {(i == 4 ? uint.MaxValue : i + 1)} WHERE uid = {i + 1}");
        var snapshot = (await store.Messages.ReadMailboxAsync(inbox, Never))!;
        Assert.Equal(sizes, snapshot.Sizes);
        Assert.Equal([1u, 2u, 3u, 4u, uint.MaxValue], snapshot.Uids);
    }

    // Every kind of change, by this process and by another, in any order: what is kept in memory never shows.
    [Fact]
    public async Task ReadsTheSameWhateverIsKeptInMemory()
    {
        await using var keeping = await OpenAsync(exclusive: true, keepFrom: 1);
        await using var plain = await OpenAsync(exclusive: false, keepFrom: int.MaxValue);
        long[] inboxes = [await AddInboxAsync(keeping), await AddInboxAsync(keeping, "b@example.org")];
        for (var step = 0; step < 400; step++)
        {
            var store = RandomNumberGenerator.GetInt32(2) == 0 ? keeping : plain;
            var inbox = inboxes[RandomNumberGenerator.GetInt32(2)];
            await ChangeAsync(store, inbox, (await plain.Messages.ReadMailboxAsync(inbox, Never))!.Uids);
            foreach (var each in RandomNumberGenerator.GetInt32(3) == 0 ? inboxes : []) await AssertSameAsync(keeping, plain, each);
        }

        foreach (var inbox in inboxes) await AssertSameAsync(keeping, plain, inbox);
        Assert.Empty(await keeping.VerifyAsync(null, Never));
    }

    [Fact]
    public async Task GivesEachReaderMarksOfItsOwn()
    {
        await using var store = await OpenAsync(exclusive: true, keepFrom: 1);
        var inbox = await FillAsync(store, 100);
        (await store.Messages.ReadMailboxAsync(inbox, Never))!.Seen[0] = ulong.MaxValue;
        Assert.Equal(25, (await store.Messages.ReadMailboxAsync(inbox, Never))!.Seen.Sum(System.Numerics.BitOperations.PopCount));
    }

    [Fact]
    public async Task SaysAtOnceThatAMailboxIsGoneAndWhatItsRetentionIs()
    {
        await using var store = await OpenAsync(exclusive: true, keepFrom: 1);
        var inbox = await FillAsync(store, 10);
        Assert.Null((await store.Messages.ReadMailboxAsync(inbox, Never))!.Retention);
        var account = (await store.Accounts.FindFirstAccountAsync(Never))!.Address;
        await store.Addresses.SetAccountAsync(account, new AccountSettings(null, true) { Retention = new Retention(9) }, Never);
        Assert.Equal(new Retention(9), (await store.Messages.ReadMailboxAsync(inbox, Never))!.Retention);
        await store.Accounts.RemoveAccountAsync(account, Never);
        Assert.Null(await store.Messages.ReadMailboxAsync(inbox, Never));
    }

    // Found by damage: what is read anew would show it.
    [Fact]
    public async Task ReadsNothingAnewAfterChangesOfItsOwn()
    {
        await using var store = await OpenAsync(exclusive: true, keepFrom: 1);
        var inbox = await FillAsync(store, 200);
        _ = await store.Messages.ReadMailboxAsync(inbox, Never);
        Execute("UPDATE entry SET size = 7 WHERE uid <= 200");
        await store.Messages.MarkSeenAsync(inbox, [1u, 64u, 66u, 300u], Never);
        await store.Messages.ExpungeAsync(inbox, [2u, 65u, 200u, 400u], Never);
        await store.Messages.AcceptAsync(Message(5, inbox), Never);
        var snapshot = (await store.Messages.ReadMailboxAsync(inbox, Never))!;
        Assert.Equal([.. Enumerable.Range(1, 201).Where(uid => uid is not 2 and not 65 and not 200)], snapshot.Uids.Select(uid => (int)uid));
        Assert.Equal(snapshot.Uids.Select(uid => uid == 201 ? 5 : 1000L + uid), snapshot.Sizes);
        Assert.Equal(snapshot.Uids.Select(uid => uid is 1 or 66 || (uid % 4 == 0 && uid <= 200)), snapshot.Uids.Select((_, at) => (snapshot.Seen[at / 64] >> (at % 64) & 1) != 0));
    }

    [Fact]
    public void KeepsNoMoreThanAMillionMessages()
    {
        var cache = new SnapshotCache(10);
        foreach (var (mailbox, messages) in new[] { (1, 400_000), (2, 400_000), (3, 9), (4, 2_000_000) }) cache.Put(Kept(mailbox, messages));
        Assert.Equal([true, true, false, false], Enumerable.Range(1, 4).Select(mailbox => cache.Find(mailbox) is not null));
        Assert.NotNull(cache.Find(1)); // so that 2 is the one that was asked for longest ago
        cache.Put(Kept(5, 400_000));
        Assert.Equal([true, false, true], new[] { 1, 2, 5 }.Select(mailbox => cache.Find(mailbox) is not null));
        cache.Put(Kept(1, 5)); // has become small
        cache.Put(Kept(6, 600_000));
        Assert.Equal([false, true, true], new[] { 1, 5, 6 }.Select(mailbox => cache.Find(mailbox) is not null));
        cache.Put(Kept(6, 600_001));
        Assert.Equal(600_001, cache.Find(6)!.Uids.Length);
        Assert.NotNull(cache.Find(5));
    }

    private static SnapshotCache.Kept Kept(long mailbox, int messages) => new(mailbox, 1, new uint[messages], [], []);

    private static async Task ChangeAsync(SqliteMailStore store, long inbox, uint[] uids)
    {
        uint[] some = [.. uids.Where(_ => RandomNumberGenerator.GetInt32(10) == 0)];
        switch (RandomNumberGenerator.GetInt32(6))
        {
            case 0: await store.Messages.ExpungeAsync(inbox, some, Never); break;
            case 1: await store.Messages.MarkSeenAsync(inbox, some, Never); break;
            case 2: await store.Messages.ExpireAsync(new Retention(1), DateTimeOffset.UnixEpoch.AddDays(1).AddMilliseconds(RandomNumberGenerator.GetInt32(10)), Never); break;
            default:
                for (var i = RandomNumberGenerator.GetInt32(5); i >= 0; i--)
                {
                    var receivedAt = DateTimeOffset.UnixEpoch.AddMilliseconds(RandomNumberGenerator.GetInt32(100));
                    await store.Messages.AcceptAsync(Message(RandomNumberGenerator.GetInt32(1000), inbox) with { ReceivedAt = receivedAt }, Never);
                }

                break;
        }
    }

    private static async Task AssertSameAsync(SqliteMailStore keeping, SqliteMailStore plain, long inbox)
    {
        var (one, two) = ((await keeping.Messages.ReadMailboxAsync(inbox, Never))!, (await plain.Messages.ReadMailboxAsync(inbox, Never))!);
        Assert.Equal(two.Uids, one.Uids);
        Assert.Equal(two.Sizes, one.Sizes);
        Assert.Equal(two.Seen.Where(word => word != 0), one.Seen.Where(word => word != 0));
        for (var word = 0; word < Math.Max(one.Seen.Length, two.Seen.Length); word++) Assert.Equal(two.Seen.ElementAtOrDefault(word), one.Seen.ElementAtOrDefault(word));
        Assert.Equal(two.UidValidity, one.UidValidity);
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private ValueTask<SqliteMailStore> OpenAsync(bool exclusive, int keepFrom) =>
        SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Home.Path, Exclusive = exclusive, KeepSnapshotsFrom = keepFrom }, Never);

    // Rows without texts: every fourth message is seen.
    private async Task<long> FillAsync(SqliteMailStore store, int messages)
    {
        var inbox = await AddInboxAsync(store);
        Execute($"""
            BEGIN;
            WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {messages})
            INSERT INTO entry SELECT {inbox}, i, i, 1000 + i % 1000, i % 4 = 0, i + 1, i, x'' FROM number;
            UPDATE mailbox SET uid_next = {messages} + 1, highest_modseq = {messages} + 1, messages = {messages} WHERE id = {inbox};
            COMMIT
            """);
        return inbox;
    }
}
