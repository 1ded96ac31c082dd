using Merpati.Mail.Mailboxes;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Marks messages as read, inside the writer's transaction.</summary>
internal static class SeenMarks
{
    private const string Mark = """
        UPDATE entry SET flags = flags | ?5, modseq = ?4 WHERE mailbox_id = ?1 AND uid BETWEEN ?2 AND ?3 AND flags & ?5 = 0
        """;

    /// <summary>Marks the UIDs, which are sorted; returns how many were not marked yet, and the one modification sequence that all of them got (RFC 7162 §3.1).</summary>
    internal static (int Marked, long ModSeq) Set(WriteTransaction transaction, long mailboxId, ReadOnlySpan<uint> uids)
    {
        var database = transaction.Database;
        long modSeq;
        using (var mailbox = database.Use("SELECT highest_modseq FROM mailbox WHERE id = ?1").Bind(1, mailboxId))
        {
            if (!mailbox.Step()) return default;
            modSeq = mailbox.Int64(0) + 1;
        }

        var marked = 0;
        for (var ranges = new UidRanges(uids); ranges.MoveNext();)
        {
            database.Use(Mark).Bind(1, mailboxId).Bind(2, ranges.Current.First).Bind(3, ranges.Current.Last).Bind(4, modSeq).Bind(5, (long)MessageFlags.Seen).Run();
            marked += database.RowsChanged;
        }

        if (marked > 0) database.Use("UPDATE mailbox SET highest_modseq = ?2 WHERE id = ?1").Bind(1, mailboxId).Bind(2, modSeq).Run();
        return (marked, modSeq);
    }
}
