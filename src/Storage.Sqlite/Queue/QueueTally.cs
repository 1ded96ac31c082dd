using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>
/// Reads how many recipients each destination has with the same last reply: a million of them are counted without being looked at.
/// </summary>
internal static class QueueTally
{
    internal const string Largest = """
        SELECT t.destination, t.last_reply, t.recipients,
            (SELECT s.accepted_at FROM queued_recipient r CROSS JOIN sending s ON s.id = r.sending_id WHERE r.tally_id = t.id ORDER BY r.id LIMIT 1)
        FROM queue_tally t ORDER BY t.recipients DESC LIMIT ?1
        """;

    internal const string Reply = "SELECT last_reply FROM queue_tally WHERE id = ?1";

    // The rows are as many as there are destinations and replies, however much waits.
    private const string Destinations = """
        SELECT destination, sum(recipients) FROM queue_tally
        WHERE destination = ?1 OR (?2 AND substr(destination, -length(?1) - 1) = '.' || ?1) GROUP BY destination ORDER BY destination LIMIT ?3
        """;

    /// <summary>The reply that a row counts.</summary>
    internal static string ReadReply(Database database, long id)
    {
        using var row = database.Use(Reply).Bind(1, id);
        return row.Step() ? row.Text(0) : throw new StoreException(StoreFailure.Corrupt, "the store has lost a counter of the queue: it is damaged");
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
