using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>
/// Counts the recipients of each destination with the same last reply, so that a million of them are counted without being looked at. Who joins
/// comes before who leaves: a recipient always belongs to a row that is there.
/// </summary>
internal static class QueueTally
{
    internal const string Largest = """
        SELECT t.destination, t.last_reply, t.recipients,
            (SELECT s.accepted_at FROM queued_recipient r CROSS JOIN sending s ON s.id = r.sending_id WHERE r.tally_id = t.id ORDER BY r.id LIMIT 1)
        FROM queue_tally t ORDER BY t.recipients DESC LIMIT ?1
        """;

    // The rows are as many as there are destinations and replies, however much waits.
    private const string Destinations = """
        SELECT destination, sum(recipients) FROM queue_tally
        WHERE destination = ?1 OR (?2 AND substr(destination, -length(?1) - 1) = '.' || ?1) GROUP BY destination ORDER BY destination LIMIT ?3
        """;

    internal const string Upsert = """
        INSERT INTO queue_tally (destination, last_reply, recipients) VALUES (?1, ?2, ?3)
        ON CONFLICT (destination, last_reply) DO UPDATE SET recipients = recipients + excluded.recipients RETURNING id
        """;

    private const string Subtract = "UPDATE queue_tally SET recipients = recipients - 1 WHERE id = ?1 RETURNING recipients";

    /// <summary>Counts so many in; returns the number of the row.</summary>
    internal static long Join(Database database, string destination, string lastReply, int recipients)
    {
        using var row = database.Use(Upsert).Bind(1, destination).Bind(2, lastReply).Bind(3, recipients);
        return row.Step() ? row.Int64(0) : throw new StoreException(StoreFailure.Corrupt, "the store has lost a counter of the queue: it is damaged");
    }

    /// <summary>Counts one out; the row goes with the last.</summary>
    internal static void Leave(Database database, long id)
    {
        using (var row = database.Use(Subtract).Bind(1, id))
        {
            if (row.Step() && row.Int64(0) > 0) return;
        }

        database.Use("DELETE FROM queue_tally WHERE id = ?1").Bind(1, id).Run();
    }

    internal static IReadOnlyList<DestinationCount> Find(Database database, (string Domain, bool WithBelow, int Limit) wanted)
    {
        var found = new List<DestinationCount>();
        using var row = database.Use(Destinations).Bind(1, wanted.Domain).Bind(2, wanted.WithBelow ? 1 : 0).Bind(3, wanted.Limit);
        while (row.Step()) found.Add(new DestinationCount(row.Text(0), (int)row.Int64(1)));
        return found;
    }

    internal static IReadOnlyList<QueueCount> Read(Database database, int limit)
    {
        var counts = new List<QueueCount>();
        using var row = database.Use(Largest).Bind(1, limit);
        while (row.Step()) counts.Add(new QueueCount(row.Text(0), row.Text(1), (int)row.Int64(2), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3))));
        return counts;
    }
}
