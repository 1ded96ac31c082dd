using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Reads what a mailbox holds: only its own rows, which lie side by side.</summary>
internal static class MailboxListing
{
    private const string Mailbox = "SELECT uid_validity, messages FROM mailbox WHERE id = ?1";
    private const string Entries = "SELECT uid, size FROM entry WHERE mailbox_id = ?1 ORDER BY uid";

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
        var count = 0;
        using var entry = database.Use(Entries).Bind(1, mailboxId);
        while (entry.Step())
        {
            if (count == uids.Length) throw Miscounted(mailboxId);
            uids[count] = (uint)entry.Int64(0);
            sizes[count++] = entry.Int64(1);
        }

        return count == uids.Length ? new MailboxSnapshot(uidValidity, uids, sizes) : throw Miscounted(mailboxId);
    }

    private static StoreException Miscounted(long mailboxId) =>
        new(StoreFailure.Corrupt, $"mailbox {mailboxId} does not hold as many messages as it counts: the store is damaged");
}
