using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Stores one message: false, with nothing written, when one of its mailboxes is gone.</summary>
internal sealed class AcceptChange : Change<bool>
{
    private const string InsertShared = "INSERT INTO shared_body (id, refs) VALUES (?1, ?2)";
    private const string InsertChunk = "INSERT INTO body_chunk (id, octets) VALUES (?1, ?2)";
    private const string InsertEntry =
        "INSERT INTO entry (mailbox_id, uid, body_id, size, flags, modseq, internal_date, trace) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)";

    private readonly Acceptance _acceptance;

    internal AcceptChange(Acceptance acceptance) => _acceptance = acceptance;

    internal override long Octets => _acceptance.Body.Length;

    internal override bool HasPromptCaller => _acceptance.CallerIsPrompt;

    protected override bool Work(WriteTransaction transaction)
    {
        var deliveries = _acceptance.Deliveries;
        for (var i = 0; i < deliveries.Count; i++)
        {
            if (transaction.Counters.Load(deliveries[i].MailboxId) is null) return false;
        }

        var receivedAt = _acceptance.ReceivedAt.ToUnixTimeMilliseconds();
        var bodyId = StoreBody(transaction);
        if (deliveries.Count > 1) transaction.Database.Use(InsertShared).Bind(1, bodyId).Bind(2, deliveries.Count).Run();
        for (var i = 0; i < deliveries.Count; i++)
        {
            var delivery = deliveries[i];
            var size = _acceptance.Body.Length + delivery.Trace.Length;
            var (uid, modSeq) = transaction.Counters.Load(delivery.MailboxId)!.Add(size);
            transaction.Database.Use(InsertEntry).Bind(1, delivery.MailboxId).Bind(2, uid).Bind(3, bodyId).Bind(4, size)
                .Bind(5, modSeq).Bind(6, receivedAt).Bind(7, delivery.Trace.Span).Run();
        }

        return true;
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
