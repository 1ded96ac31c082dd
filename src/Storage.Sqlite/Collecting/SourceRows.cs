using Merpati.Mail.Addresses;
using Merpati.Storage.Collecting;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Collecting;

/// <summary>Reads sources.</summary>
internal static class SourceRows
{
    private const string All = """
        SELECT d.name, a.local_part, s.id, s.account_id, m.id, s.server, s.leaves, s.tls, s.sealed_password, s.run_every, s.run_at, s.run_messages, s.run_failure, s.collected
        FROM collect_source s JOIN account a ON a.id = s.account_id JOIN domain d ON d.id = a.domain_id JOIN mailbox m ON m.account_id = a.id AND m.name = 'INBOX'
        """;

    internal const string One = All + " WHERE d.name = ?1 AND a.local_key = ?2 AND s.server = ?3";
    internal const string OfAccount = All + " WHERE d.name = ?1 AND a.local_key = ?2 ORDER BY s.server";
    private const string Every = All + " ORDER BY d.name, a.local_key, s.server";

    internal static CollectSource? Find(Database database, (EmailAddress Account, string Server) key)
    {
        using var row = database.Use(One).Bind(1, key.Account.Domain.Name).Bind(2, key.Account.Local.Key).Bind(3, key.Server);
        return row.Step() ? Read(row) : null;
    }

    internal static IReadOnlyList<CollectSource> List(Database database, EmailAddress? account)
    {
        var sources = new List<CollectSource>();
        using var row = account is null ? database.Use(Every) : database.Use(OfAccount).Bind(1, account.Domain.Name).Bind(2, account.Local.Key);
        while (row.Step()) sources.Add(Read(row));
        return sources;
    }

    /// <summary>How a span stands in a column: whole milliseconds, one at least.</summary>
    internal static long? Milliseconds(TimeSpan? span) => span is { } some ? Math.Max(1, (long)some.TotalMilliseconds) : null;

    private static CollectSource Read(Statement row)
    {
        var account = new EmailAddress(AddressText.ReadLocal(row, 1), AddressText.ReadDomain(row, 0));
        var settings = new NewCollectSource(account, row.Text(5))
        {
            After = (CollectAfter)row.Int64(6),
            Tls = (CollectTls)row.Int64(7),
            SealedPassword = row.TextOrNull(8),
            Interval = row.Int64OrNull(9) is { } interval ? TimeSpan.FromMilliseconds(interval) : null,
        };
        var lastRun = row.Int64OrNull(10) is { } at ? new CollectRun(DateTimeOffset.FromUnixTimeMilliseconds(at), (int)row.Int64(11), row.TextOrNull(12)) : null;
        return new CollectSource(row.Int64(2), row.Int64(3), row.Int64(4), settings, lastRun, row.Int64(13));
    }
}
