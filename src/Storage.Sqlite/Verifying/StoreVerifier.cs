using System.Globalization;
using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Engine;
using SQLitePCL;

namespace Merpati.Storage.Sqlite.Verifying;

/// <summary>
/// Checks a store against itself while it is in use. Every finding is one statement, hence one moment: nothing that is delivered meanwhile can
/// look like damage, and no read transaction lasts longer than a statement.
/// </summary>
internal sealed class StoreVerifier
{
    private const double StructureShare = 0.5;
    private const int SendingsAtOnce = 5_000;

    private const string Counters = """
        SELECT m.id, m.messages, m.octets, m.uid_next, m.highest_modseq, count(e.uid), ifnull(sum(e.size), 0), ifnull(max(e.uid), 0), ifnull(max(e.modseq), 0)
        FROM mailbox m LEFT JOIN entry e ON e.mailbox_id = m.id GROUP BY m.id
        HAVING count(e.uid) <> m.messages OR ifnull(sum(e.size), 0) <> m.octets OR ifnull(max(e.uid), 0) >= m.uid_next OR ifnull(max(e.modseq), 0) > m.highest_modseq
        """;

    private const string Referring = "SELECT body_id FROM entry UNION ALL SELECT body_id FROM sending UNION ALL SELECT body_id FROM released";

    private const string References = "SELECT r.body_id, ifnull(s.refs, 1), count(*) FROM (" + Referring + """
        ) r LEFT JOIN shared_body s ON s.id = r.body_id GROUP BY r.body_id HAVING count(*) <> ifnull(s.refs, 1)
        """;

    private const string Unreferenced = "SELECT id FROM shared_body WHERE id NOT IN (" + Referring + ")";

    private const string Orphans = "SELECT DISTINCT id >> 16 FROM body_chunk WHERE id >> 16 NOT IN (" + Referring + ")";

    private const string Mailboxless = """
        SELECT DISTINCT mailbox_id FROM entry
        WHERE mailbox_id NOT IN (SELECT id FROM mailbox UNION ALL SELECT id FROM removed_mailbox)
        """;

    private const string Inboxless = "SELECT id FROM account WHERE id NOT IN (SELECT account_id FROM mailbox WHERE name = 'INBOX')";

    private const string Use = """
        SELECT d.id, d.octets, ifnull(sum(m.octets), 0) FROM domain d LEFT JOIN account a ON a.domain_id = d.id LEFT JOIN mailbox m ON m.account_id = a.id
        GROUP BY d.id HAVING d.octets <> CASE WHEN d.quota IS NULL THEN 0 ELSE ifnull(sum(m.octets), 0) END
        """;

    private const string Doubled = "SELECT a.id, r.id FROM account a JOIN redirect r ON r.domain_id = a.domain_id AND r.local_key = a.local_key";

    // An alias leads somewhere, a forward to one place; a group may be empty, and counts its members.
    private const string Leading = """
        SELECT r.id, count(t.target_key), g.members FROM redirect r
        LEFT JOIN redirect_target t ON t.redirect_id = r.id LEFT JOIN mail_group g ON g.id = r.id GROUP BY r.id
        HAVING CASE r.kind WHEN 2 THEN count(t.target_key) = 0 OR g.id IS NOT NULL WHEN 3 THEN count(t.target_key) IS NOT g.members
            WHEN 4 THEN count(t.target_key) <> 1 OR r.mode IS NULL OR g.id IS NOT NULL ELSE 1 END
        """;

    private const string Nameless =
        "SELECT id, full_name FROM account a WHERE full_name <> '' AND NOT EXISTS (SELECT 1 FROM name_word WHERE account_id = a.id AND rank = 0)";

    private const string Sizes = """
        SELECT e.uid, e.size - length(e.trace), ifnull(sum(length(c.octets)), 0), count(c.id), ifnull(max(c.id) & 65535, -1) + 1
        FROM entry e LEFT JOIN body_chunk c ON c.id >= e.body_id << 16 AND c.id < (e.body_id + 1) << 16
        WHERE e.mailbox_id = ?1 GROUP BY e.uid
        HAVING ifnull(sum(length(c.octets)), 0) <> e.size - length(e.trace) OR count(c.id) <> ifnull(max(c.id) & 65535, -1) + 1
        """;

    private readonly Database _database;
    private readonly IProgress<double>? _progress;
    private readonly List<string> _findings = [];

    internal StoreVerifier(Database database, IProgress<double>? progress)
    {
        _database = database;
        _progress = progress;
    }

    internal IReadOnlyList<string> Run(CancellationToken cancellation)
    {
        using var interruption = cancellation.UnsafeRegister(static state => ((Database)state!).Interrupt(), _database);
        try
        {
            CheckAll(cancellation);
        }
        catch (SqliteFailure failure) when (failure.Primary == raw.SQLITE_INTERRUPT)
        {
            cancellation.ThrowIfCancellationRequested();
            throw;
        }
        catch (SqliteFailure failure) when (failure.Primary is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            _findings.Add($"the database cannot be read further: {failure.Message}");
        }

        _progress?.Report(1);
        return _findings;
    }

    private void CheckAll(CancellationToken cancellation)
    {
        _progress?.Report(0);
        CheckStructure();
        (string Sql, Func<Statement, string?> Line)[] checks =
        [
            (Counters, DescribeCounters),
            (References, row => Line($"body {row.Int64(0)} counts {row.Int64(1)} references and has {row.Int64(2)}")),
            (Unreferenced, row => Line($"body {row.Int64(0)} is referred to by nothing")),
            (Mailboxless, row => Line($"messages are kept for mailbox {row.Int64(0)}, which does not exist")),
            (Inboxless, row => Line($"account {row.Int64(0)} has no inbox")),
            (Use, row => Line($"domain {row.Int64(0)} counts {row.Int64(1)} octets and its accounts hold {row.Int64(2)}")),
            (Doubled, row => Line($"account {row.Int64(0)} and address {row.Int64(1)} are in the same place")),
            (Leading, row => Line($"address {row.Int64(0)} leads to {row.Int64(1)} others, which cannot be; as a group it counts {row.Int64(2)}")),
            (Nameless, row => NameWords.Fold(row.Text(1)).Length == 0 ? null : Line($"account {row.Int64(0)} cannot be found by its name")),
            ("PRAGMA foreign_key_check", row => Line($"a row of {row.Text(0)} refers to one of {row.Text(2)} that does not exist")),
            (Orphans, row => Line($"pieces are kept of body {row.Int64(0)}, which does not exist")),
            .. QueueChecks.All.Concat(CollectChecks.All).Select(static sql => (sql, new Func<Statement, string?>(static row => row.Text(1)))),
        ];
        for (var i = 0; i < checks.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Collect(_database.Use(checks[i].Sql), checks[i].Line);
            _progress?.Report(StructureShare + (0.2 * (i + 1) / checks.Length));
        }

        CheckSendings(cancellation);
        CheckSizes(StructureShare + 0.2, cancellation);
    }

    // One statement for some thousands.
    private void CheckSendings(CancellationToken cancellation)
    {
        for (long? after = 0; after is not null;)
        {
            cancellation.ThrowIfCancellationRequested();
            Collect(_database.Use(QueueChecks.Sizes).Bind(1, after).Bind(2, SendingsAtOnce), row =>
                Line($"sending {row.Int64(0)} should have a text of {row.Int64(1)} octets and has {row.Int64(2)}, in {row.Int64(3)} pieces of {row.Int64(4)}"));
            using var last = _database.Use(QueueChecks.LastOfPart).Bind(1, after).Bind(2, SendingsAtOnce);
            after = last.Step() ? last.Int64OrNull(0) : null;
        }
    }

    // The engine's own check of pages, indexes and the free list, with no limit on what it reports.
    private void CheckStructure()
    {
        using var row = _database.Use("PRAGMA integrity_check(1000)");
        while (row.Step())
        {
            if (row.Text(0) is var line && line != "ok") _findings.Add(line);
        }

        _progress?.Report(StructureShare);
    }

    // One statement for each mailbox.
    private void CheckSizes(double from, CancellationToken cancellation)
    {
        var mailboxes = new List<long>();
        using (var row = _database.Use("SELECT id FROM mailbox ORDER BY id"))
        {
            while (row.Step()) mailboxes.Add(row.Int64(0));
        }

        for (var i = 0; i < mailboxes.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var mailbox = mailboxes[i];
            Collect(_database.Use(Sizes).Bind(1, mailbox), row =>
                Line($"message {row.Int64(0)} of mailbox {mailbox} should have a text of {row.Int64(1)} octets and has {row.Int64(2)}, in {row.Int64(3)} pieces of {row.Int64(4)}"));
            _progress?.Report(from + ((1 - from) * (i + 1) / mailboxes.Count));
        }
    }

    private static string DescribeCounters(Statement row) =>
        Line($"mailbox {row.Int64(0)} counts {row.Int64(1)} messages of {row.Int64(2)} octets, next UID {row.Int64(3)}, highest modification {row.Int64(4)}; it has {row.Int64(5)} of {row.Int64(6)}, last UID {row.Int64(7)}, modification {row.Int64(8)}");

    private void Collect(Statement statement, Func<Statement, string?> line)
    {
        using var row = statement;
        while (row.Step())
        {
            if (line(row) is { } finding) _findings.Add(finding);
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
