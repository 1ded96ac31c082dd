using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>Reads the members of a group with what stands at each, page by page: one probe of the indexes for each member.</summary>
internal static class MemberRows
{
    internal const string Standing = """
        SELECT a.id, m.id, a.full_name, a.disabled, r.kind, g.name FROM domain d
        LEFT JOIN account a ON a.domain_id = d.id AND a.local_key = ?2
        LEFT JOIN mailbox m ON m.account_id = a.id AND m.name = 'INBOX'
        LEFT JOIN redirect r ON r.domain_id = d.id AND r.local_key = ?2
        LEFT JOIN mail_group g ON g.id = r.id
        WHERE d.name = ?1
        """;

    private const string Version = "SELECT value FROM counter WHERE name = 'directory'";

    internal static IReadOnlyList<MemberEntry> Read(Database database, (long GroupId, EmailAddress? After, int Limit) part)
    {
        var members = new List<MemberEntry>();

        // As long as this row is open, what is read besides is of the same moment.
        using var row = database.Use(AddressRows.Members).Bind(1, part.GroupId).Bind(2, part.After is null ? "" : AddressText.Key(part.After)).Bind(3, part.Limit);
        while (row.Step()) members.Add(Find(database, AddressText.Read(row, 0)));
        return members;
    }

    internal static long ReadVersion(Database database)
    {
        using var row = database.Use(Version);
        return row.Step() ? row.Int64(0) : throw new StoreException(StoreFailure.Corrupt, "the store has lost its counter of changes to the directory: it is damaged");
    }

    private static MemberEntry Find(Database database, EmailAddress address)
    {
        using var row = database.Use(Standing).Bind(1, address.Domain.Name).Bind(2, address.Local.Key);
        if (!row.Step()) return new MemberEntry(address, DomainIsOurs: false, AddressKind.None);
        if (!row.IsNull(0))
        {
            return new MemberEntry(address, DomainIsOurs: true, AddressKind.Account)
            {
                AccountId = row.Int64(0),
                InboxId = row.Int64(1),
                FullName = row.Text(2),
                Disabled = row.Int64(3) != 0,
            };
        }

        return new MemberEntry(address, DomainIsOurs: true, row.IsNull(4) ? AddressKind.None : (AddressKind)row.Int64(4)) { FullName = row.TextOrNull(5) ?? "" };
    }
}
