using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Stores one message, or writes nothing when one of its mailboxes is gone or has no room for it by its quotas.</summary>
internal sealed class AcceptChange : Change<AcceptOutcome>
{
    private const string InsertShared = "INSERT INTO shared_body (id, refs) VALUES (?1, ?2)";
    private const string InsertChunk = "INSERT INTO body_chunk (id, octets) VALUES (?1, ?2)";
    private const string InsertEntry =
        "INSERT INTO entry (mailbox_id, uid, body_id, size, flags, modseq, internal_date, trace) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)";

    private readonly Acceptance _acceptance;

    internal AcceptChange(Acceptance acceptance) => _acceptance = acceptance;

    internal override long Octets => _acceptance.Body.Length;

    internal override bool HasPromptCaller => _acceptance.CallerIsPrompt;

    protected override AcceptOutcome Work(WriteTransaction transaction)
    {
        var deliveries = _acceptance.Deliveries;
        for (var i = 0; i < deliveries.Count; i++)
        {
            if (transaction.Counters.Load(deliveries[i].MailboxId) is null) return AcceptOutcome.MailboxGone;
        }

        if (transaction.Counters.HaveQuotas && !TryTakeUp(transaction.Counters)) return AcceptOutcome.OverQuota;
        var receivedAt = _acceptance.ReceivedAt.ToUnixTimeMilliseconds();
        var bodyId = StoreBody(transaction);
        if (deliveries.Count > 1) transaction.Database.Use(InsertShared).Bind(1, bodyId).Bind(2, deliveries.Count).Run();
        for (var i = 0; i < deliveries.Count; i++)
        {
            var delivery = deliveries[i];
            var size = SizeOf(delivery);
            var (uid, modSeq) = transaction.Counters.Load(delivery.MailboxId)!.Add(size);
            transaction.Database.Use(InsertEntry).Bind(1, delivery.MailboxId).Bind(2, uid).Bind(3, bodyId).Bind(4, size)
                .Bind(5, modSeq).Bind(6, receivedAt).Bind(7, delivery.Trace.Span).Run();
        }

        return AcceptOutcome.Done;
    }

    private long SizeOf(LocalDelivery delivery) => _acceptance.Body.Length + delivery.Trace.Length;

    // Everything is taken up before anything is judged: two mailboxes of the message may share an account or a domain.
    private bool TryTakeUp(MailboxCounters counters)
    {
        foreach (var delivery in _acceptance.Deliveries) counters.Load(delivery.MailboxId)!.TakeUp(SizeOf(delivery));
        if (_acceptance.Deliveries.All(delivery => !delivery.EnforceQuota || counters.Load(delivery.MailboxId)!.IsWithinQuotas)) return true;
        foreach (var delivery in _acceptance.Deliveries) counters.Load(delivery.MailboxId)!.TakeUp(-SizeOf(delivery));
        return false;
    }

    private long StoreBody(WriteTransaction transaction)
    {
        var body = _acceptance.Body;
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
