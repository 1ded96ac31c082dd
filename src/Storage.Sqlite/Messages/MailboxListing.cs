using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Reads what a mailbox holds: only its own rows, which lie side by side.</summary>
internal static class MailboxListing
{
    private const string Mailbox = """
        SELECT m.uid_validity, m.messages, ifnull(a.keep_days, d.keep_days)
        FROM mailbox m JOIN account a ON a.id = m.account_id JOIN domain d ON d.id = a.domain_id WHERE m.id = ?1
        """;

    // Each column that is fetched costs as much as the row itself: one number holds the UID, the size and whether the message is seen. A size that does
    // not fit into its 31 bits is fetched by itself.
    private const string Entries =
        "SELECT (uid << 32) | (min(size, 2147483647) << 1) | (flags & 1), size FROM entry WHERE mailbox_id = ?1 ORDER BY uid";

    private const long LargeSize = int.MaxValue;

    internal static MailboxSnapshot? Read(Database database, long mailboxId)
    {
        // Two statements, one moment: the counter tells how much room the rows need.
        database.Use("BEGIN").Run();
        try
        {
            return ReadWithin(database, mailboxId);
        }
        finally
        {
            database.Use("ROLLBACK").Run();
        }
    }

    private static MailboxSnapshot? ReadWithin(Database database, long mailboxId)
    {
        using var mailbox = database.Use(Mailbox).Bind(1, mailboxId);
        if (!mailbox.Step()) return null;
        var uidValidity = (uint)mailbox.Int64(0);
        var uids = new uint[mailbox.Int64(1)];
        var sizes = new long[uids.Length];
        ulong[] seen = [];
        var count = 0;
        using var entry = database.Use(Entries).Bind(1, mailboxId);
        while (entry.Step())
        {
            if (count == uids.Length) throw Miscounted(mailboxId);
            var packed = entry.Int64(0);
            var size = (packed >> 1) & LargeSize;
            uids[count] = (uint)(packed >>> 32);
            sizes[count] = size == LargeSize ? entry.Int64(1) : size;
            if ((packed & 1) != 0) Mark(ref seen, count, uids.Length);
            count++;
        }

        if (count != uids.Length) throw Miscounted(mailboxId);
        return new MailboxSnapshot(uidValidity, uids, sizes) { Seen = seen, Retention = AddressRows.ReadRetention(mailbox, 2) };
    }

    private static void Mark(ref ulong[] seen, int message, int messages)
    {
        if (seen.Length == 0) seen = new ulong[(messages + 63) / 64];
        seen[message / 64] |= 1UL << (message % 64);
    }

    private static StoreException Miscounted(long mailboxId) =>
        new(StoreFailure.Corrupt, $"mailbox {mailboxId} does not hold as many messages as it counts: the store is damaged");
}
