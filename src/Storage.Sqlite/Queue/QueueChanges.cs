using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>The arrows hold, release, retry and remove, for recipients that are still in a state from which they lead.</summary>
internal static class QueueChanges
{
    private const string Hold = "UPDATE queued_recipient SET state = 2 WHERE id = ?1 AND state = 0 RETURNING 1";
    private const string Release = "UPDATE queued_recipient SET state = 0, due_at = ?2 WHERE id = ?1 AND state = 2 RETURNING 1";
    private const string Retry = "UPDATE queued_recipient SET due_at = min(due_at, ?2) WHERE id = ?1 AND state = 0 RETURNING 1";

    // The row of the counter is made by the first who needs it.
    private const string Hurry = "INSERT INTO counter VALUES ('queue_urgency', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1";

    /// <summary>The filter with the state from which the change leads; null when it can fit nothing.</summary>
    internal static QueueFilter? Narrow(QueueChange change, QueueFilter filter)
    {
        if (change == QueueChange.Remove) return filter.State == QueueState.Claimed ? null : filter;
        var from = change == QueueChange.Release ? QueueState.Held : QueueState.Waiting;
        return filter.State is null || filter.State == from ? filter with { State = from } : null;
    }

    /// <summary>Changes what can be changed of these; returns for how many.</summary>
    internal static int Apply(WriteTransaction transaction, QueueChange change, IReadOnlyList<long> recipientIds, DateTimeOffset now)
    {
        var count = 0;
        foreach (var id in recipientIds)
        {
            var isDone = change switch
            {
                QueueChange.Hold => Returns(transaction.Database.Use(Hold).Bind(1, id)),
                QueueChange.Release => Returns(transaction.Database.Use(Release).Bind(1, id).Bind(2, now.ToUnixTimeMilliseconds())),
                QueueChange.Retry => Returns(transaction.Database.Use(Retry).Bind(1, id).Bind(2, now.ToUnixTimeMilliseconds())),
                _ => Remove(transaction, id),
            };
            if (isDone) count++;
        }

        if (count > 0 && change is (QueueChange.Release or QueueChange.Retry)) transaction.Database.Use(Hurry).Run();
        return count;
    }

    /// <summary>How often something was made urgent.</summary>
    internal static long ReadUrgency(Database database, int nothing)
    {
        using var row = database.Use("SELECT value FROM counter WHERE name = 'queue_urgency'");
        return row.Step() ? row.Int64(0) : 0;
    }

    private static bool Returns(Statement statement)
    {
        using (statement) return statement.Step();
    }

    private static bool Remove(WriteTransaction transaction, long id)
    {
        if (RecipientRows.Find(transaction.Database, id) is not { } recipient || recipient.State == QueueState.Claimed) return false;
        RecipientRows.Remove(transaction, recipient);
        return true;
    }
}
