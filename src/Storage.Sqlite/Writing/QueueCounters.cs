using System.Runtime.InteropServices;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Writing;

/// <summary>
/// The counters of the queue by destination and last reply, as one transaction changes them: a row is written once for all that comes and goes in it.
/// Who leaves is counted out at the end, so that a recipient always belongs to a row that is there.
/// </summary>
internal sealed class QueueCounters
{
    // Nothing is lost by naming a row twice: the second time adds nothing to it.
    internal const string Upsert = """
        INSERT INTO queue_tally (destination, last_reply, recipients) VALUES (?1, ?2, ?3)
        ON CONFLICT (destination, last_reply) DO UPDATE SET recipients = recipients + excluded.recipients RETURNING id
        """;

    private const string Count = "UPDATE queue_tally SET recipients = recipients + ?2 WHERE id = ?1 RETURNING recipients";

    private readonly Database _database;
    private readonly Dictionary<(string Destination, string LastReply), long> _rows = [];
    private readonly Dictionary<long, int> _changes = [];

    internal QueueCounters(Database database) => _database = database;

    /// <summary>Counts so many in; returns the number of the row.</summary>
    internal long Join(string destination, string lastReply, int recipients)
    {
        if (_rows.TryGetValue((destination, lastReply), out var id))
        {
            Add(id, recipients);
            return id;
        }

        using (var row = _database.Use(Upsert).Bind(1, destination).Bind(2, lastReply).Bind(3, recipients))
        {
            id = row.Step() ? row.Int64(0) : throw new StoreException(StoreFailure.Corrupt, "the store has lost a counter of the queue: it is damaged");
        }

        _rows.Add((destination, lastReply), id);
        return id;
    }

    /// <summary>Counts one out.</summary>
    internal void Leave(long id) => Add(id, -1);

    /// <summary>Writes what has changed and forgets it all; a row goes with its last recipient.</summary>
    internal void Settle()
    {
        if (_rows.Count == 0 && _changes.Count == 0) return;
        foreach (var (id, change) in _changes)
        {
            if (change == 0) continue;
            using (var row = _database.Use(Count).Bind(1, id).Bind(2, change))
            {
                if (row.Step() && row.Int64(0) > 0) continue;
            }

            _database.Use("DELETE FROM queue_tally WHERE id = ?1").Bind(1, id).Run();
        }

        Forget();
    }

    /// <summary>Forgets everything, after a rollback.</summary>
    internal void Forget()
    {
        _rows.Clear();
        _changes.Clear();
    }

    private void Add(long id, int recipients) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_changes, id, out _) += recipients;
}
