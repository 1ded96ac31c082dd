using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Messages;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>Puts sendings with their recipients into the queue, reads them, and takes those away that have no recipient left.</summary>
internal static class SendingRows
{
    internal const string Find = """
        SELECT s.queue_id, s.size, s.accepted_at, s.reverse_path, s.body_type, s.eight_bit, s.internationalized, s.return_content, s.envelope_id, s.trace,
            CASE WHEN s.size <= ?2 THEN c.octets END
        FROM sending s LEFT JOIN body_chunk c ON c.id = s.body_id << 16 WHERE s.id = ?1
        """;

    internal const string AnyRecipient = "SELECT 1 FROM queued_recipient WHERE sending_id = ?1 LIMIT 1";

    private const string Insert = """
        INSERT INTO sending (queue_id, body_id, size, accepted_at, reverse_key, reverse_path, body_type, eight_bit, internationalized, return_content,
            envelope_id, trace)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) RETURNING id
        """;

    private const string InsertRecipient = """
        INSERT INTO queued_recipient (sending_id, tally_id, destination, state, due_at, attempts, delay_told, address_key, address, notify,
            original_type, original_address)
        VALUES (?1, ?2, ?3, 0, ?4, 0, 0, ?5, ?6, ?7, ?8, ?9)
        """;

    internal const string FindBody =
        "SELECT s.body_id, s.size - length(s.trace), b.refs FROM sending s LEFT JOIN shared_body b ON b.id = s.body_id WHERE s.id = ?1";

    // What is longer is left to the background.
    private const long MaxChunksAtOnce = 4;

    /// <summary>What reverse-paths are compared by; empty for the null path.</summary>
    internal static string Key(MailPath path) => path.Address is { } address ? AddressText.Key(address) : path.Local?.Key ?? "";

    /// <summary>Puts one sending of a body into the queue, all of its recipients due at once.</summary>
    internal static void Add(WriteTransaction transaction, Acceptance acceptance, NewSending sending, long bodyId)
    {
        var database = transaction.Database;
        var acceptedAt = acceptance.ReceivedAt.ToUnixTimeMilliseconds();
        long id;
        using (var row = database.Use(Insert).Bind(1, sending.Id.Value).Bind(2, bodyId).Bind(3, acceptance.Body.Length + sending.Trace.Length)
            .Bind(4, acceptedAt).Bind(5, Key(sending.ReversePath)).Bind(6, sending.ReversePath.ToAddressText()).Bind(7, (long)sending.Body)
            .Bind(8, sending.HasEightBit ? 1 : 0).Bind(9, sending.IsInternationalized ? 1 : 0).Bind(10, (long)sending.Return)
            .Bind(11, sending.EnvelopeId).Bind(12, sending.Trace.Span))
        {
            id = row.Step() ? row.Int64(0) : throw new StoreException(StoreFailure.Corrupt, "the store gives no number to a sending: it is damaged");
        }

        var tallies = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (destination, count) in sending.Recipients.CountBy(static recipient => recipient.Destination, StringComparer.Ordinal))
            tallies.Add(destination, transaction.Queue.Join(destination, "", count));
        foreach (var recipient in sending.Recipients)
        {
            database.Use(InsertRecipient).Bind(1, id).Bind(2, tallies[recipient.Destination]).Bind(3, recipient.Destination).Bind(4, acceptedAt - (long)sending.Ahead.TotalMilliseconds)
                .Bind(5, AddressText.Key(recipient.Address)).Bind(6, recipient.Address.ToString()).Bind(7, (long?)recipient.Notices?.Notify)
                .Bind(8, recipient.Notices?.Original?.AddressType).Bind(9, recipient.Notices?.Original?.Address).Run();
        }
    }

    /// <summary>What is kept of a sending, with recipients that were claimed.</summary>
    internal static ClaimedSending Read(Database database, long id, IReadOnlyList<ClaimedRecipient> recipients)
    {
        using var row = database.Use(Find).Bind(1, id).Bind(2, ClaimedSending.MaxTextOctets);
        if (!row.Step()) throw new StoreException(StoreFailure.Corrupt, $"sending {id} is missing: the store is damaged");
        var sending = new NewSending(new QueueId(row.Int64(0)), ReadPath(row, 3), [])
        {
            Trace = row.Blob(9).ToArray(),
            Body = (BodyType)row.Int64(4),
            HasEightBit = row.Int64(5) != 0,
            IsInternationalized = row.Int64(6) != 0,
            Return = (ReturnContent)row.Int64(7),
            EnvelopeId = row.TextOrNull(8),
        };
        var size = row.Int64(1);
        return new ClaimedSending(id, sending, size, DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(2)), recipients) { Text = ReadText(row, size, sending.Trace.Span) };
    }

    /// <summary>Takes a sending away when its last recipient has gone, and its body unless others refer to it.</summary>
    internal static void RemoveIfEmpty(WriteTransaction transaction, long id)
    {
        var database = transaction.Database;
        using (var row = database.Use(AnyRecipient).Bind(1, id))
        {
            if (row.Step()) return;
        }

        ReleaseBody(transaction, id);
        database.Use("DELETE FROM sending WHERE id = ?1").Bind(1, id).Run();
    }

    // Here and now where it is quickly done: what is relayed would cost the background a commit for each of ours otherwise.
    private static void ReleaseBody(WriteTransaction transaction, long id)
    {
        var database = transaction.Database;
        long body;
        long size;
        long refs;
        using (var row = database.Use(FindBody).Bind(1, id))
        {
            if (!row.Step()) return;
            (body, size, refs) = (row.Int64(0), row.Int64(1), row.Int64(2)); // refs: 0 for a body that is not shared
        }

        if (refs > 0)
        {
            BodyReferences.CountDown(database, body, refs);
        }
        else if (BodyChunk.CountFor(size) <= MaxChunksAtOnce)
        {
            database.Use("DELETE FROM body_chunk WHERE id >= ?1 AND id < ?2").Bind(1, BodyChunk.Key(body, 0)).Bind(2, BodyChunk.Key(body + 1, 0)).Run();
        }
        else
        {
            database.Use("INSERT INTO released (body_id, size) VALUES (?1, ?2)").Bind(1, body).Bind(2, size).Run();
            transaction.Release();
        }
    }

    // The pages of what came in lately are still with the writer; a reader would fetch them from the file.
    private static byte[] ReadText(Statement row, long size, ReadOnlySpan<byte> trace)
    {
        if (size > ClaimedSending.MaxTextOctets) return [];
        var body = row.Blob(10);
        if (trace.Length + body.Length != size) return []; // who opens it is told that it is damaged
        var text = new byte[size];
        trace.CopyTo(text);
        body.CopyTo(text.AsSpan(trace.Length));
        return text;
    }

    /// <summary>Reads a path that was written without its brackets.</summary>
    internal static MailPath ReadPath(Statement row, int column)
    {
        var text = row.Blob(column);
        if (text.IsEmpty) return MailPath.Null;
        return MailPath.Parse(Encoding.UTF8.GetBytes($"<{Encoding.UTF8.GetString(text)}>"), allowUtf8: true, out var path) == text.Length + 2
            ? path
            : throw AddressText.Damaged(text);
    }
}
