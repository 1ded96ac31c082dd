using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>The arrows claim and lapse, and what else becomes of a lease. In the writer's transaction: no two workers claim the same recipient.</summary>
internal static class Claims
{
    // Whether it is due is seen afterwards: asked here, the statement would go on through all that is not.
    internal const string NextTurn = """
        SELECT due_at, sending_id FROM queued_recipient INDEXED BY queued_recipient_turn
        WHERE state = 0 AND destination = ?1 AND (due_at, sending_id) > (?2, ?3) ORDER BY due_at, sending_id LIMIT 1
        """;

    internal const string Due = """
        SELECT id, address, notify, original_type, original_address, attempts, delay_told FROM queued_recipient INDEXED BY queued_recipient_sending
        WHERE sending_id = ?1 AND state = 0 AND destination = ?2 AND due_at <= ?3 ORDER BY due_at, id LIMIT ?4
        """;

    internal const string End = "UPDATE queued_recipient INDEXED BY queued_recipient_due SET state = 0, due_at = min(due_at, ?2) WHERE state = 1 AND due_at <= ?1";

    private const string Take = "UPDATE queued_recipient SET state = 1, due_at = ?2 WHERE id = ?1";
    private const string Extend = "UPDATE queued_recipient SET due_at = ?2 WHERE id = ?1 AND state = 1";
    private const string Wait = "UPDATE queued_recipient SET state = 0, due_at = ?2 WHERE id = ?1";

    // A sending whose recipients became due at different times is met more than once: it is passed over from the second time on.
    private const int StepsPerSending = 16;

    internal static IReadOnlyList<ClaimedSending> Claim(WriteTransaction transaction, ClaimRequest request)
    {
        var database = transaction.Database;
        var claimed = new List<ClaimedSending>();
        var met = new HashSet<long>();
        var now = request.Now.ToUnixTimeMilliseconds();
        (long DueAt, long SendingId) turn = (long.MinValue, 0);
        for (long steps = (long)request.MaxSendings * StepsPerSending; steps > 0 && claimed.Count < request.MaxSendings; steps--)
        {
            using (var row = database.Use(NextTurn).Bind(1, request.Destination).Bind(2, turn.DueAt).Bind(3, turn.SendingId))
            {
                if (!row.Step()) break;
                turn = (row.Int64(0), row.Int64(1));
            }

            if (turn.DueAt > now) break;
            if (met.Add(turn.SendingId)) claimed.Add(SendingRows.Read(database, turn.SendingId, TakeRecipients(database, request, turn.SendingId)));
        }

        return claimed;
    }

    internal static bool Prolong(WriteTransaction transaction, IReadOnlyList<long> recipientIds, DateTimeOffset leaseEnds)
    {
        foreach (var id in recipientIds) transaction.Database.Use(Extend).Bind(1, id).Bind(2, leaseEnds.ToUnixTimeMilliseconds()).Run();
        return true;
    }

    internal static bool GiveBack(WriteTransaction transaction, IReadOnlyList<long> recipientIds, string destination, DateTimeOffset dueAt)
    {
        var database = transaction.Database;
        foreach (var id in recipientIds)
        {
            if (RecipientRows.Find(database, id) is not { State: QueueState.Claimed } recipient) continue;
            RecipientRows.Move(transaction, recipient, destination, lastReply: null);
            database.Use(Wait).Bind(1, id).Bind(2, dueAt.ToUnixTimeMilliseconds()).Run();
        }

        return true;
    }

    // What lapses was due before: it is now, whatever the clock by which its lease was reckoned, and behind what has been due for longer.
    internal static int Lapse(WriteTransaction transaction, DateTimeOffset now)
    {
        transaction.Database.Use(End).Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, transaction.Now).Run();
        return (int)transaction.Database.Number("SELECT changes()");
    }

    private static List<ClaimedRecipient> TakeRecipients(Database database, ClaimRequest request, long sendingId)
    {
        var recipients = new List<ClaimedRecipient>();
        using (var row = database.Use(Due).Bind(1, sendingId).Bind(2, request.Destination).Bind(3, request.Now.ToUnixTimeMilliseconds())
            .Bind(4, request.MaxRecipients))
        {
            while (row.Step()) recipients.Add(RecipientRows.ReadClaimed(row));
        }

        foreach (var recipient in recipients) database.Use(Take).Bind(1, recipient.RecipientId).Bind(2, request.LeaseEnds.ToUnixTimeMilliseconds()).Run();
        return recipients;
    }
}
