using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>
/// Takes entries out of a mailbox. Their bodies are only noted here: a hundred thousand of them would hold up every acceptance, so the
/// references are counted down in the background.
/// </summary>
internal static class Expunge
{
    private const string Range = " FROM entry WHERE mailbox_id = ?1 AND uid BETWEEN ?2 AND ?3";
    private const string Measure = "SELECT count(*), ifnull(sum(size), 0)" + Range;
    private const string ReleaseBodies = "INSERT INTO released (body_id, size) SELECT body_id, size - length(trace)" + Range;
    private const string Delete = "DELETE" + Range;
    private const string Count =
        "UPDATE mailbox SET messages = messages - ?2, octets = octets - ?3, highest_modseq = highest_modseq + 1 WHERE id = ?1 RETURNING highest_modseq";

    /// <summary>Removes the UIDs, which are sorted; returns how many were there, and the modification sequence of the mailbox without them.</summary>
    internal static (int Removed, long ModSeq) Run(WriteTransaction transaction, long mailboxId, ReadOnlySpan<uint> uids)
    {
        var database = transaction.Database;
        using (var mailbox = database.Use("SELECT 1 FROM mailbox WHERE id = ?1").Bind(1, mailboxId))
        {
            if (!mailbox.Step()) return default;
        }

        long messages = 0;
        long octets = 0;
        for (var ranges = new UidRanges(uids); ranges.MoveNext();)
        {
            var (found, size) = RemoveRange(database, mailboxId, ranges.Current.First, ranges.Current.Last);
            messages += found;
            octets += size;
        }

        if (messages == 0) return default;
        transaction.Release();
        using var count = database.Use(Count).Bind(1, mailboxId).Bind(2, messages).Bind(3, octets);
        return ((int)messages, count.Step() ? count.Int64(0) : 0);
    }

    private static (long Messages, long Octets) RemoveRange(Database database, long mailboxId, uint first, uint last)
    {
        long messages;
        long octets;
        using (var measure = database.Use(Measure).Bind(1, mailboxId).Bind(2, first).Bind(3, last))
        {
            _ = measure.Step();
            messages = measure.Int64(0);
            octets = measure.Int64(1);
        }

        if (messages == 0) return (0, 0);
        database.Use(ReleaseBodies).Bind(1, mailboxId).Bind(2, first).Bind(3, last).Run();
        database.Use(Delete).Bind(1, mailboxId).Bind(2, first).Bind(3, last).Run();
        return (messages, octets);
    }
}
