namespace Merpati.Storage.Sqlite.Verifying;

/// <summary>What must be true of the queue's rows besides their references, which foreign keys hold. Each statement yields a number and what is wrong with it.</summary>
internal static class QueueChecks
{
    private const string Recipientless = """
        SELECT id, 'sending ' || id || ' has no recipient' FROM sending s WHERE NOT EXISTS (SELECT 1 FROM queued_recipient WHERE sending_id = s.id)
        """;

    private const string Miscounted = """
        SELECT t.id, 'the queue counts ' || t.recipients || ' recipients for ' || t.destination || ' with one reply and has ' || count(r.id)
        FROM queue_tally t LEFT JOIN queued_recipient r ON r.tally_id = t.id AND r.destination = t.destination
        GROUP BY t.id HAVING count(r.id) <> t.recipients OR t.recipients = 0
        """;

    private const string Misplaced = """
        SELECT r.id, 'recipient ' || r.id || ' of the queue is counted under ' || t.destination || ' and waits for ' || r.destination
        FROM queued_recipient r JOIN queue_tally t ON t.id = r.tally_id WHERE t.destination <> r.destination
        """;

    private const string Disordered = """
        SELECT id, 'recipient ' || id || ' of the queue stands before those of an earlier sending' FROM
            (SELECT id, sending_id, lag(sending_id) OVER (ORDER BY id) AS earlier FROM queued_recipient) WHERE sending_id < earlier
        """;

    private const string Forgotten = """
        SELECT a.recipient_id, 'attempts for recipient ' || a.recipient_id || ' say wrongly whether it has left the queue'
        FROM attempt a LEFT JOIN queued_recipient r ON r.id = a.recipient_id WHERE (r.id IS NULL) <> (a.gone = 1) GROUP BY a.recipient_id
        """;

    /// <summary>The statements.</summary>
    internal static readonly IReadOnlyList<string> All = [Recipientless, Miscounted, Misplaced, Disordered, Forgotten];

    /// <summary>The sendings from one number on, at most so many, whose text is not as long as it should be.</summary>
    internal const string Sizes = """
        SELECT s.id, s.size - length(s.trace), ifnull(sum(length(c.octets)), 0), count(c.id), ifnull(max(c.id) & 65535, -1) + 1
        FROM (SELECT * FROM sending WHERE id > ?1 ORDER BY id LIMIT ?2) s
        LEFT JOIN body_chunk c ON c.id >= s.body_id << 16 AND c.id < (s.body_id + 1) << 16 GROUP BY s.id
        HAVING ifnull(sum(length(c.octets)), 0) <> s.size - length(s.trace) OR count(c.id) <> ifnull(max(c.id) & 65535, -1) + 1
        """;

    /// <summary>The number of the last of these.</summary>
    internal const string LastOfPart = "SELECT max(id) FROM (SELECT id FROM sending WHERE id > ?1 ORDER BY id LIMIT ?2)";
}
