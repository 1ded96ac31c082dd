using Merpati.Mail.Envelopes;
using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>Keeps what was tried, beside what else was tried for the same queue id.</summary>
internal static class AttemptRows
{
    /// <summary>The most that are kept for one recipient.</summary>
    internal const int MaxOfRecipient = 100;

    /// <summary>The most that are read at a time.</summary>
    internal const int MaxRead = 10_000;

    /// <summary>The most characters of a reply.</summary>
    internal const int MaxReply = 4_000;

    private const int MaxForgotten = 1_000;

    internal const string DeleteFirst = "DELETE FROM attempt WHERE queue_id = ?1 AND recipient_id = ?2 AND number <= ?3";
    internal const string SetGone = "UPDATE attempt SET gone = 1 WHERE queue_id = ?1 AND recipient_id = ?2";

    internal const string Forgettable = """
        DELETE FROM attempt WHERE (queue_id, recipient_id, number) IN
            (SELECT queue_id, recipient_id, number FROM attempt INDEXED BY attempt_gone WHERE gone = 1 AND at < ?1 ORDER BY at LIMIT ?2)
        """;

    internal const string OfQueueId = """
        SELECT recipient_id, recipient, outcome, at, host, address, tls, reply, status FROM attempt
        WHERE queue_id = ?1 ORDER BY at DESC, recipient_id DESC, number DESC LIMIT ?2
        """;

    private const string Insert = """
        INSERT INTO attempt (queue_id, recipient_id, number, gone, at, outcome, recipient, host, address, tls, status, reply)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """;

    /// <summary>A reply as it is kept.</summary>
    internal static string Cut(string reply) => reply.Length <= MaxReply ? reply : reply[..(char.IsHighSurrogate(reply[MaxReply - 1]) ? MaxReply - 1 : MaxReply)];

    /// <summary>Adds one; those before it are left as they are.</summary>
    internal static void Add(Database database, RecipientRow recipient, RecipientResult result)
    {
        var number = recipient.Attempts + 1;
        var report = result.Report;
        database.Use(Insert).Bind(1, recipient.QueueId).Bind(2, recipient.Id).Bind(3, number).Bind(4, result.Outcome == AttemptOutcome.Deferred ? 0 : 1).Bind(5, report.At.ToUnixTimeMilliseconds())
            .Bind(6, (long)result.Outcome).Bind(7, recipient.Address).Bind(8, report.Host).Bind(9, report.Address).Bind(10, report.Tls)
            .Bind(11, report.Status).Bind(12, Cut(report.Reply)).Run();
        if (number > MaxOfRecipient) database.Use(DeleteFirst).Bind(1, recipient.QueueId).Bind(2, recipient.Id).Bind(3, number - MaxOfRecipient).Run();
    }

    /// <summary>The recipient has left the queue: its attempts may be forgotten in time.</summary>
    internal static void MarkGone(Database database, RecipientRow recipient) =>
        database.Use(SetGone).Bind(1, recipient.QueueId).Bind(2, recipient.Id).Run();

    internal static int Forget(Database database, DateTimeOffset before)
    {
        database.Use(Forgettable).Bind(1, before.ToUnixTimeMilliseconds()).Bind(2, MaxForgotten).Run();
        return (int)database.Number("SELECT changes()");
    }

    internal static IReadOnlyList<AttemptRecord> Read(Database database, QueueId id)
    {
        var attempts = new List<AttemptRecord>();
        using (var row = database.Use(OfQueueId).Bind(1, id.Value).Bind(2, MaxRead))
        {
            while (row.Step())
            {
                var at = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3));
                var report = new AttemptReport(at, row.Text(4), row.Text(5), row.Text(6), row.Text(7), row.Text(8));
                attempts.Add(new AttemptRecord(row.Int64(0), AddressText.Read(row, 1), (AttemptOutcome)row.Int64(2), report));
            }
        }

        attempts.Reverse();
        return attempts;
    }
}
