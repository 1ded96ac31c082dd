using Merpati.Mail.Envelopes;
using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>A recipient in the queue as the changes see it.</summary>
internal readonly record struct RecipientRow(
    long Id, long SendingId, long QueueId, long TallyId, string Destination, QueueState State, int Attempts, string Address);

/// <summary>Finds one recipient, moves it to another destination or reply, takes it out.</summary>
internal static class RecipientRows
{
    internal const string FindOne = """
        SELECT r.sending_id, s.queue_id, r.tally_id, r.destination, r.state, r.attempts, r.address
        FROM queued_recipient r CROSS JOIN sending s ON s.id = r.sending_id WHERE r.id = ?1
        """;

    private const string Place = "UPDATE queued_recipient SET destination = ?2, tally_id = ?3 WHERE id = ?1";

    internal static RecipientRow? Find(Database database, long id)
    {
        using var row = database.Use(FindOne).Bind(1, id);
        if (!row.Step()) return null;
        return new RecipientRow(
            id, row.Int64(0), row.Int64(1), row.Int64(2), row.Text(3), (QueueState)row.Int64(4), (int)row.Int64(5), row.Text(6));
    }

    /// <summary>Counts it under another destination or reply from now on; the reply is the last one still where it is null.</summary>
    internal static void Move(WriteTransaction transaction, RecipientRow recipient, string destination, string? lastReply)
    {
        var before = QueueTally.ReadReply(transaction.Database, recipient.TallyId);
        lastReply ??= before;
        if (destination == recipient.Destination && lastReply == before) return;
        var database = transaction.Database;
        var tally = transaction.Queue.Join(destination, lastReply, 1);
        if (destination == recipient.Destination) database.Use("UPDATE queued_recipient SET tally_id = ?2 WHERE id = ?1").Bind(1, recipient.Id).Bind(2, tally).Run();
        else database.Use(Place).Bind(1, recipient.Id).Bind(2, destination).Bind(3, tally).Run();
        transaction.Queue.Leave(recipient.TallyId);
    }

    /// <summary>Takes it out of the queue, and the sending with its last recipient. The attempts stay.</summary>
    internal static void Remove(WriteTransaction transaction, RecipientRow recipient)
    {
        var database = transaction.Database;
        database.Use("DELETE FROM queued_recipient WHERE id = ?1").Bind(1, recipient.Id).Run();
        transaction.Queue.Leave(recipient.TallyId);
        if (recipient.Attempts > 0) AttemptRows.MarkGone(database, recipient);
        SendingRows.RemoveIfEmpty(transaction, recipient.SendingId);
    }

    internal static RecipientNotices? ReadNotices(Statement row, int notify)
    {
        if (row.Int64OrNull(notify) is not { } conditions) return null;
        var original = row.IsNull(notify + 1) ? null : new OriginalRecipient(row.Text(notify + 1), row.Text(notify + 2));
        return new RecipientNotices((NotifyConditions)conditions, original);
    }

    internal static ClaimedRecipient ReadClaimed(Statement row) =>
        new(row.Int64(0), AddressText.Read(row, 1), ReadNotices(row, 2), (int)row.Int64(5), row.Int64(6) != 0);
}
