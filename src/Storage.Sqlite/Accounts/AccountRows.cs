using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Accounts;

/// <summary>Reads domains and accounts.</summary>
internal static class AccountRows
{
    private const string Columns = "d.name, a.local_part, a.id, a.full_name, a.verifier, a.disabled, m.id, a.created_at";
    private const string Joined = "account a JOIN domain d ON d.id = a.domain_id JOIN mailbox m ON m.account_id = a.id AND m.name = 'INBOX'";

    private const string FindByAddress = "SELECT " + Columns + """
         FROM domain d
        LEFT JOIN account a ON a.domain_id = d.id AND a.local_key = ?2
        LEFT JOIN mailbox m ON m.account_id = a.id AND m.name = 'INBOX'
        WHERE d.name = ?1
        """;

    private const string FindFirst = "SELECT " + Columns + " FROM " + Joined + " WHERE a.disabled = 0 ORDER BY a.id LIMIT 1";
    private const string ListByDomain = "SELECT " + Columns + " FROM " + Joined + " WHERE d.name = ?1 ORDER BY a.local_key";
    private const string ListEvery = "SELECT " + Columns + " FROM " + Joined + " ORDER BY d.name, a.local_key";

    private const string Domains =
        "SELECT d.name, (SELECT count(*) FROM account a WHERE a.domain_id = d.id), d.created_at FROM domain d ORDER BY d.id";

    internal static AddressRecord Find(Database database, EmailAddress address)
    {
        using var row = database.Use(FindByAddress).Bind(1, address.Domain.Name).Bind(2, address.Local.Key);
        if (!row.Step()) return new AddressRecord(DomainIsOurs: false, Account: null);
        return new AddressRecord(DomainIsOurs: true, row.IsNull(2) ? null : ReadAccount(row));
    }

    internal static Account? FindFirstAccount(Database database)
    {
        using var row = database.Use(FindFirst);
        return row.Step() ? ReadAccount(row) : null;
    }

    internal static Domain? FindFirstDomain(Database database)
    {
        using var row = database.Use("SELECT name FROM domain ORDER BY id LIMIT 1");
        return row.Step() ? ReadDomain(row) : null;
    }

    internal static IReadOnlyList<DomainRecord> ListDomains(Database database)
    {
        var domains = new List<DomainRecord>();
        using var row = database.Use(Domains);
        while (row.Step()) domains.Add(new DomainRecord(ReadDomain(row), (int)row.Int64(1), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(2))));
        return domains;
    }

    internal static IReadOnlyList<Account> ListAccounts(Database database, Domain? domain)
    {
        var accounts = new List<Account>();
        using var row = domain is null ? database.Use(ListEvery) : database.Use(ListByDomain).Bind(1, domain.Name);
        while (row.Step()) accounts.Add(ReadAccount(row));
        return accounts;
    }

    private static Account ReadAccount(Statement row)
    {
        var text = row.Text(1);
        if (!LocalPart.TryParse(Encoding.ASCII.GetBytes(text), out var local)) throw Damaged(text);
        return new Account(row.Int64(2), new EmailAddress(local, ReadDomain(row)), row.Text(3), row.TextOrNull(4), row.Int64(5) != 0,
            row.Int64(6), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(7)));
    }

    private static Domain ReadDomain(Statement row) => Domain.TryParse(row.Text(0), out var domain) ? domain : throw Damaged(row.Text(0));

    private static StoreException Damaged(string text) => new(StoreFailure.Corrupt, $"the store holds \"{text}\" where an address should be: it is damaged");
}
