using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Accounts;

/// <summary>Reads domains and accounts.</summary>
internal static class AccountRows
{
    /// <summary>What <see cref="Read"/> needs as the first columns, of d (domain), a (account) and m (its inbox).</summary>
    internal const string Columns = "d.name, a.local_part, a.id, a.full_name, a.verifier, a.disabled, m.id, a.created_at, a.sealed_secret";

    /// <summary>The account of domain d whose key is ?2, where there is one.</summary>
    internal const string OfDomain =
        "LEFT JOIN account a ON a.domain_id = d.id AND a.local_key = ?2 LEFT JOIN mailbox m ON m.account_id = a.id AND m.name = 'INBOX'";

    internal const string Joined = "account a JOIN domain d ON d.id = a.domain_id JOIN mailbox m ON m.account_id = a.id AND m.name = 'INBOX'";

    private const string FindByAddress = "SELECT " + Columns + " FROM domain d " + OfDomain + " WHERE d.name = ?1";
    private const string FindFirst = "SELECT " + Columns + " FROM " + Joined + " WHERE a.disabled = 0 ORDER BY a.id LIMIT 1";
    private const string ListByDomain = "SELECT " + Columns + " FROM " + Joined + " WHERE d.name = ?1 ORDER BY a.local_key";
    private const string ListEvery = "SELECT " + Columns + " FROM " + Joined + " ORDER BY d.name, a.local_key";

    private const string Domains =
        "SELECT d.name, (SELECT count(*) FROM account a WHERE a.domain_id = d.id), d.created_at FROM domain d ORDER BY d.id";

    internal static AddressRecord Find(Database database, EmailAddress address)
    {
        using var row = database.Use(FindByAddress).Bind(1, address.Domain.Name).Bind(2, address.Local.Key);
        if (!row.Step()) return new AddressRecord(DomainIsOurs: false, Account: null);
        return new AddressRecord(DomainIsOurs: true, ReadOrNull(row));
    }

    internal static Account? FindFirstAccount(Database database)
    {
        using var row = database.Use(FindFirst);
        return row.Step() ? Read(row) : null;
    }

    internal static Domain? FindFirstDomain(Database database)
    {
        using var row = database.Use("SELECT name FROM domain ORDER BY id LIMIT 1");
        return row.Step() ? AddressText.ReadDomain(row, 0) : null;
    }

    internal static IReadOnlyList<DomainRecord> ListDomains(Database database)
    {
        var domains = new List<DomainRecord>();
        using var row = database.Use(Domains);
        while (row.Step()) domains.Add(new DomainRecord(AddressText.ReadDomain(row, 0), (int)row.Int64(1), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(2))));
        return domains;
    }

    internal static IReadOnlyList<Account> ListAccounts(Database database, Domain? domain)
    {
        var accounts = new List<Account>();
        using var row = domain is null ? database.Use(ListEvery) : database.Use(ListByDomain).Bind(1, domain.Name);
        while (row.Step()) accounts.Add(Read(row));
        return accounts;
    }

    internal static Account? ReadOrNull(Statement row) => row.IsNull(2) ? null : Read(row);

    internal static Account Read(Statement row) =>
        new(row.Int64(2), new EmailAddress(AddressText.ReadLocal(row, 1), AddressText.ReadDomain(row, 0)), row.Text(3), row.TextOrNull(4),
            row.Int64(5) != 0, row.Int64(6), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(7)))
        {
            SealedSecret = row.TextOrNull(8),
        };
}
