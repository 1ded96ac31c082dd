using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Messages;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>The arrows deliver, defer and fail, each with the notices it causes.</summary>
internal sealed class SettleChange : Change<bool>
{
    private const string Wait = "UPDATE queued_recipient SET state = 0, due_at = ?2, attempts = attempts + 1, delay_told = max(delay_told, ?3) WHERE id = ?1";
    private const string StayHeld = "UPDATE queued_recipient SET attempts = attempts + 1, delay_told = max(delay_told, ?2) WHERE id = ?1";
    private const long AboutOne = 1024;

    private readonly Settlement _settlement;

    internal SettleChange(Settlement settlement) => _settlement = settlement;

    internal override long Octets => (_settlement.Results.Count * AboutOne) + _settlement.Notices.Sum(static notice => notice.Body.Length);

    protected override bool Work(WriteTransaction transaction)
    {
        var found = _settlement.Results.Count == 0;
        foreach (var result in _settlement.Results)
        {
            if (RecipientRows.Find(transaction.Database, result.RecipientId) is not { } recipient) continue;
            found = true;
            AttemptRows.Add(transaction.Database, recipient, result);
            if (result.Outcome == AttemptOutcome.Deferred) Defer(transaction, recipient, result);
            else RecipientRows.Remove(transaction, recipient);
        }

        // All of it was recorded before, and its notices with it.
        if (!found) return false;
        foreach (var notice in _settlement.Notices) _ = AcceptChange.Store(transaction, notice);
        return true;
    }

    // A lease that lapsed meanwhile changes nothing of what was tried; but what an administrator has stopped since stays so.
    private static void Defer(WriteTransaction transaction, RecipientRow recipient, RecipientResult result)
    {
        RecipientRows.Move(transaction, recipient, recipient.Destination, AttemptRows.Cut(result.Report.Reply));
        var database = transaction.Database;
        var tells = result.TellsDelay ? 1 : 0;
        if (recipient.State == QueueState.Held) database.Use(StayHeld).Bind(1, recipient.Id).Bind(2, tells).Run();
        else database.Use(Wait).Bind(1, recipient.Id).Bind(2, result.DueAt.ToUnixTimeMilliseconds()).Bind(3, tells).Run();
    }
}
