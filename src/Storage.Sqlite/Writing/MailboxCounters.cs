using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Writing;

/// <summary>
/// The counters of the mailboxes that one transaction delivers to, read once and written back once, however many messages come in between;
/// and with them what their accounts and domains may still hold.
/// </summary>
internal sealed class MailboxCounters
{
    // The last four: what the account may hold and holds, what its domain may hold and holds.
    internal const string Find = """
        SELECT m.uid_next, m.highest_modseq, m.messages, m.octets, a.id, d.id, ifnull(a.quota, d.account_quota),
            CASE WHEN ifnull(a.quota, d.account_quota) IS NULL THEN 0 ELSE (SELECT sum(octets) FROM mailbox WHERE account_id = a.id) END, d.quota, d.octets
        FROM mailbox m JOIN account a ON a.id = m.account_id JOIN domain d ON d.id = a.domain_id WHERE m.id = ?1
        """;

    private const string Store = "UPDATE mailbox SET uid_next = ?2, highest_modseq = ?3, messages = ?4, octets = ?5 WHERE id = ?1";

    private readonly Database _database;
    private readonly Dictionary<long, Counters> _loaded = [];

    // Each is read with the first mailbox of its account or domain. What was added to these since is in it, although not yet in the table.
    private readonly Dictionary<long, Quota> _accounts = [];
    private readonly Dictionary<long, Quota> _domains = [];

    internal MailboxCounters(Database database) => _database = database;

    /// <summary>Whether any quota applies to what has been loaded.</summary>
    internal bool HaveQuotas => _accounts.Count > 0 || _domains.Count > 0;

    /// <summary>The counters of a mailbox; null when there is none.</summary>
    internal Counters? Load(long mailboxId)
    {
        if (_loaded.TryGetValue(mailboxId, out var counters)) return counters;
        using var row = _database.Use(Find).Bind(1, mailboxId);
        if (!row.Step()) return null;
        counters = new Counters
        {
            UidNext = row.Int64(0),
            HighestModSeq = row.Int64(1),
            Messages = row.Int64(2),
            Octets = row.Int64(3),
            Account = LoadQuota(_accounts, row.Int64(4), row, 6),
            Domain = LoadQuota(_domains, row.Int64(5), row, 8),
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

        Forget();
    }

    /// <summary>Forgets everything, after a rollback.</summary>
    internal void Forget()
    {
        _loaded.Clear();
        _accounts.Clear();
        _domains.Clear();
    }

    private static Quota? LoadQuota(Dictionary<long, Quota> known, long id, Statement row, int column)
    {
        if (row.IsNull(column)) return null;
        if (!known.TryGetValue(id, out var quota)) known.Add(id, quota = new Quota(row.Int64(column), row.Int64(column + 1)));
        return quota;
    }

    internal sealed class Counters
    {
        internal long UidNext { get; set; }

        internal long HighestModSeq { get; set; }

        internal long Messages { get; set; }

        internal long Octets { get; set; }

        /// <summary>What the account may hold; null for no limit.</summary>
        internal Quota? Account { get; init; }

        /// <summary>What the domain may hold; null for no limit.</summary>
        internal Quota? Domain { get; init; }

        internal bool Changed { get; private set; }

        /// <summary>Whether neither quota is exceeded by what has been taken up.</summary>
        internal bool IsWithinQuotas => Account is not { IsExceeded: true } && Domain is not { IsExceeded: true };

        /// <summary>Takes up so many octets of both quotas, or gives them back when negative.</summary>
        internal void TakeUp(long octets)
        {
            Account?.TakeUp(octets);
            Domain?.TakeUp(octets);
        }

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
