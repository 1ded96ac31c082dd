using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Reads what a mailbox holds: only its own rows, which lie side by side, and of those only what has come since it was read last, if that is all that has changed.</summary>
internal static class MailboxListing
{
    internal const string Mailbox = """
        SELECT m.uid_validity, m.messages, m.highest_modseq, ifnull(a.keep_days, d.keep_days)
        FROM mailbox m JOIN account a ON a.id = m.account_id JOIN domain d ON d.id = a.domain_id WHERE m.id = ?1
        """;

    // Each column that is fetched costs as much as the row itself: one number holds the UID, the size and whether the message is seen. A size that does
    // not fit into its 31 bits is fetched by itself.
    internal const string Entries =
        "SELECT (uid << 32) | (min(size, 2147483647) << 1) | (flags & 1), size FROM entry WHERE mailbox_id = ?1 AND uid > ?2 ORDER BY uid";

    /// <summary>Stands for what would take longer to read than was allowed.</summary>
    internal static readonly MailboxSnapshot TooLong = new(0, [], []);

    private const long LargeSize = int.MaxValue;

    internal static MailboxSnapshot? Read(Database database, (long MailboxId, SnapshotCache Cache, int MaxRows) question)
    {
        // Two statements, one moment: the counters tell how much room the rows need, and whether what is kept is still right.
        database.Use("BEGIN").Run();
        try
        {
            return ReadWithin(database, question);
        }
        finally
        {
            database.Use("ROLLBACK").Run();
        }
    }

    private static MailboxSnapshot? ReadWithin(Database database, (long MailboxId, SnapshotCache Cache, int MaxRows) question)
    {
        var (mailboxId, cache, maxRows) = question;
        using var mailbox = database.Use(Mailbox).Bind(1, mailboxId);
        if (!mailbox.Step()) return null;
        var (messages, modSeq) = (mailbox.Int64(1), mailbox.Int64(2));
        var kept = cache.Find(mailboxId);
        if (kept is null || kept.HighestModSeq != modSeq || kept.Uids.Length != messages)
        {
            var before = Base(kept, messages, modSeq);
            if (messages - (before?.Uids.Length ?? 0) > maxRows) return TooLong;
            kept = ReadEntries(database, new SnapshotCache.Kept(mailboxId, modSeq, new uint[messages], new long[messages], []), before);
            cache.Put(kept);
        }

        return new MailboxSnapshot((uint)mailbox.Int64(0), kept.Uids, kept.Sizes) { Seen = [.. kept.Seen], Retention = AddressRows.ReadRetention(mailbox, 3) };
    }

    // Each arrival raises the sequence by one and the count by one. Any other change raises the sequence and not the count, so that the two differ for ever.
    private static SnapshotCache.Kept? Base(SnapshotCache.Kept? kept, long messages, long modSeq) =>
        kept is not null && messages > kept.Uids.Length && messages - kept.Uids.Length == modSeq - kept.HighestModSeq ? kept : null;

    private static SnapshotCache.Kept ReadEntries(Database database, SnapshotCache.Kept room, SnapshotCache.Kept? before)
    {
        var (uids, sizes, seen) = (room.Uids, room.Sizes, room.Seen);
        var count = 0;
        if (before is not null)
        {
            count = before.Uids.Length;
            before.Uids.CopyTo(uids, 0);
            before.Sizes.CopyTo(sizes, 0);
            if (before.Seen.Length > 0) before.Seen.CopyTo(seen = new ulong[SnapshotChanges.SeenWords(uids.Length)], 0);
        }

        using var entry = database.Use(Entries).Bind(1, room.MailboxId).Bind(2, count == 0 ? -1 : uids[count - 1]);
        while (entry.Step())
        {
            if (count == uids.Length) throw Miscounted(room.MailboxId);
            var packed = entry.Int64(0);
            var size = (packed >> 1) & LargeSize;
            uids[count] = (uint)(packed >>> 32);
            sizes[count] = size == LargeSize ? entry.Int64(1) : size;
            if ((packed & 1) != 0)
            {
                if (seen.Length == 0) seen = new ulong[SnapshotChanges.SeenWords(uids.Length)];
                SnapshotChanges.Set(seen, count);
            }

            count++;
        }

        return count == uids.Length ? room with { Seen = seen } : throw Miscounted(room.MailboxId);
    }

    private static StoreException Miscounted(long mailboxId) =>
        new(StoreFailure.Corrupt, $"mailbox {mailboxId} does not hold as many messages as it counts: the store is damaged");
}
