using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Writing;

/// <summary>
/// The counters of the mailboxes that one transaction delivers to, read once and written back once, however many messages come in between.
/// </summary>
internal sealed class MailboxCounters
{
    private const string Find = "SELECT uid_next, highest_modseq, messages, octets FROM mailbox WHERE id = ?1";
    private const string Store = "UPDATE mailbox SET uid_next = ?2, highest_modseq = ?3, messages = ?4, octets = ?5 WHERE id = ?1";

    private readonly Database _database;
    private readonly Dictionary<long, Counters> _loaded = [];

    internal MailboxCounters(Database database) => _database = database;

    /// <summary>The counters of a mailbox; null when there is none.</summary>
    internal Counters? Load(long mailboxId)
    {
        if (_loaded.TryGetValue(mailboxId, out var counters)) return counters;
        using var statement = _database.Use(Find).Bind(1, mailboxId);
        if (!statement.Step()) return null;
        counters = new Counters
        {
            UidNext = statement.Int64(0),
            HighestModSeq = statement.Int64(1),
            Messages = statement.Int64(2),
            Octets = statement.Int64(3),
        };
        _loaded.Add(mailboxId, counters);
        return counters;
    }

    /// <summary>Writes back what has changed and forgets it all: afterwards the table says the truth, and others may change it.</summary>
    internal void Settle()
    {
        foreach (var (mailboxId, counters) in _loaded)
        {
            if (!counters.Changed) continue;
            _database.Use(Store).Bind(1, mailboxId).Bind(2, counters.UidNext).Bind(3, counters.HighestModSeq)
                .Bind(4, counters.Messages).Bind(5, counters.Octets).Run();
        }

        _loaded.Clear();
    }

    /// <summary>Forgets everything, after a rollback.</summary>
    internal void Forget() => _loaded.Clear();

    internal sealed class Counters
    {
        internal long UidNext { get; set; }

        internal long HighestModSeq { get; set; }

        internal long Messages { get; set; }

        internal long Octets { get; set; }

        internal bool Changed { get; private set; }

        /// <summary>Counts a message of so many octets in.</summary>
        internal (long Uid, long ModSeq) Add(long octets)
        {
            Changed = true;
            Messages++;
            Octets += octets;
            return (UidNext++, ++HighestModSeq);
        }
    }
}
