using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Collecting;
using Merpati.Storage.Sqlite.Queue;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>
/// Stores one message for mailboxes and the queue, or writes nothing when one of its mailboxes is gone or has no room for it by its quotas, or when it
/// has been collected before.
/// </summary>
internal sealed class AcceptChange : Change<AcceptOutcome>
{
    private const string InsertShared = "INSERT INTO shared_body (id, refs) VALUES (?1, ?2)";
    private const string InsertChunk = "INSERT INTO body_chunk (id, octets) VALUES (?1, ?2)";
    private const string InsertEntry =
        "INSERT INTO entry (mailbox_id, uid, body_id, size, flags, modseq, internal_date, trace) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)";

    private const long AboutRecipient = 1024;

    private readonly Acceptance _acceptance;

    internal AcceptChange(Acceptance acceptance) => _acceptance = acceptance;

    internal override long Octets => _acceptance.Body.Length + (_acceptance.Sendings.Count == 0 ? 0 : AboutRecipient * _acceptance.Sendings.Sum(static sending => (long)sending.Recipients.Count));

    internal override bool HasPromptCaller => _acceptance.CallerIsPrompt;

    /// <summary>Throws for an acceptance that no caller may make.</summary>
    internal static void Check(Acceptance acceptance)
    {
        ArgumentNullException.ThrowIfNull(acceptance);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(acceptance.Body.Length, BodyChunk.MaxBodyOctets);
        if (acceptance.Collected is { } collected) CollectedRows.Check(collected.UniqueId);
        if (acceptance.Sendings.Count == 0) ArgumentOutOfRangeException.ThrowIfZero(acceptance.Deliveries.Count);
        foreach (var sending in acceptance.Sendings)
        {
            ArgumentOutOfRangeException.ThrowIfZero(sending.Recipients.Count);
            foreach (var recipient in sending.Recipients) ArgumentException.ThrowIfNullOrEmpty(recipient.Destination);
        }
    }

    /// <summary>Stores a message within the open transaction; leaves nothing behind when it answers that it could not.</summary>
    internal static AcceptOutcome Store(WriteTransaction transaction, Acceptance acceptance)
    {
        var (deliveries, sendings) = (acceptance.Deliveries, acceptance.Sendings);
        for (var i = 0; i < deliveries.Count; i++)
        {
            if (transaction.Counters.Load(deliveries[i].MailboxId) is null) return AcceptOutcome.MailboxGone;
        }

        if (acceptance.Collected is { } source && !CollectedRows.IsNew(transaction.Database, source)) return AcceptOutcome.AlreadyCollected;
        if (transaction.Counters.HaveQuotas && !TryTakeUp(transaction.Counters, acceptance)) return AcceptOutcome.OverQuota;
        var receivedAt = acceptance.ReceivedAt.ToUnixTimeMilliseconds();
        var bodyId = StoreBody(transaction, acceptance.Body);
        var references = deliveries.Count + sendings.Count;
        if (references > 1) transaction.Database.Use(InsertShared).Bind(1, bodyId).Bind(2, references).Run();
        for (var i = 0; i < deliveries.Count; i++)
        {
            var delivery = deliveries[i];
            var size = SizeOf(acceptance, delivery);
            var (uid, modSeq) = transaction.Counters.Load(delivery.MailboxId)!.Add(size);
            transaction.Database.Use(InsertEntry).Bind(1, delivery.MailboxId).Bind(2, uid).Bind(3, bodyId).Bind(4, size)
                .Bind(5, modSeq).Bind(6, receivedAt).Bind(7, delivery.Trace.Span).Run();
        }

        for (var i = 0; i < sendings.Count; i++) SendingRows.Add(transaction, acceptance, sendings[i], bodyId);
        if (acceptance.Collected is { } collected) CollectedRows.Add(transaction.Database, collected);
        return AcceptOutcome.Done;
    }

    protected override AcceptOutcome Work(WriteTransaction transaction) => Store(transaction, _acceptance);

    private static long SizeOf(Acceptance acceptance, LocalDelivery delivery) => acceptance.Body.Length + delivery.Trace.Length;

    // Everything is taken up before anything is judged: two mailboxes of the message may share an account or a domain.
    private static bool TryTakeUp(MailboxCounters counters, Acceptance acceptance)
    {
        foreach (var delivery in acceptance.Deliveries) counters.Load(delivery.MailboxId)!.TakeUp(SizeOf(acceptance, delivery));
        if (acceptance.Deliveries.All(delivery => !delivery.EnforceQuota || counters.Load(delivery.MailboxId)!.IsWithinQuotas)) return true;
        foreach (var delivery in acceptance.Deliveries) counters.Load(delivery.MailboxId)!.TakeUp(-SizeOf(acceptance, delivery));
        return false;
    }

    private static long StoreBody(WriteTransaction transaction, IBodyContent body)
    {
        var length = body.Length;
        var bodyId = transaction.Bodies.Take();
        long number = 0;
        for (long offset = 0; offset < length; offset += BodyChunk.Octets)
        {
            var piece = transaction.Chunk.AsSpan(0, (int)Math.Min(BodyChunk.Octets, length - offset));
            body.Read(offset, piece);
            transaction.Database.Use(InsertChunk).Bind(1, BodyChunk.Key(bodyId, number++)).Bind(2, piece).Run();
        }

        return bodyId;
    }
}
