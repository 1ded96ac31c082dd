using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;
using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>Reads what stands at one address. RCPT asks it: each statement finds its rows by an index, and none reads the members of a group.</summary>
internal static class AddressRows
{
    /// <summary>What is at an address: the account in columns 0 to 8, its room from 9, the domain's catch-all in 17, the redirect from 18 on.</summary>
    internal const string ByAddress = "SELECT " + AccountRows.Columns + """
        , a.quota, a.accepts_terminal, (SELECT ifnull(sum(octets), 0) FROM mailbox WHERE account_id = a.id), ifnull(a.quota, d.account_quota), d.octets, d.quota,
        a.keep_days, ifnull(a.keep_days, d.keep_days), d.catch_all, r.id, r.kind, r.local_part, r.created_at, r.mode, g.name, g.policy, g.shows_members, g.members
        FROM domain d
        """ + " " + AccountRows.OfDomain + """
         LEFT JOIN redirect r ON r.domain_id = d.id AND r.local_key = ?2 LEFT JOIN mail_group g ON g.id = r.id
        WHERE d.name = ?1
        """;

    internal const string Targets = "SELECT target FROM redirect_target WHERE redirect_id = ?1 ORDER BY target_key";
    internal const string Posters = "SELECT poster FROM group_poster WHERE group_id = ?1 ORDER BY poster_key";

    internal const string Members = """
        SELECT t.target FROM mail_group g JOIN redirect_target t ON t.redirect_id = g.id
        WHERE g.id = ?1 AND t.target_key > ?2 ORDER BY t.target_key LIMIT ?3
        """;

    internal const string Member = "SELECT 1 FROM mail_group g JOIN redirect_target t ON t.redirect_id = g.id WHERE g.id = ?1 AND t.target_key = ?2";

    private const int RoomColumn = 9;
    private const int CatchAllColumn = 17;
    private const int RedirectColumn = 18;

    internal static AddressEntry Find(Database database, EmailAddress address)
    {
        // As long as this row is open, what is read besides is of the same moment.
        using var row = database.Use(ByAddress).Bind(1, address.Domain.Name).Bind(2, address.Local.Key);
        if (!row.Step()) return new AddressEntry(DomainIsOurs: false, AddressKind.None);
        var entry = new AddressEntry(DomainIsOurs: true, AddressKind.None) { CatchAll = AddressText.ReadOrNull(row, CatchAllColumn) };
        if (AccountRows.ReadOrNull(row) is { } account) return entry with { Kind = AddressKind.Account, Account = account, Room = ReadRoom(row) };
        if (row.IsNull(RedirectColumn)) return entry;
        var id = row.Int64(RedirectColumn);
        var kind = (AddressKind)row.Int64(RedirectColumn + 1);
        var own = new EmailAddress(AddressText.ReadLocal(row, RedirectColumn + 2), address.Domain);
        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(RedirectColumn + 3));
        return kind switch
        {
            AddressKind.Alias => entry with { Kind = kind, Alias = new AliasRecord(own, ReadAll(database.Use(Targets).Bind(1, id)), createdAt) },
            AddressKind.Group => entry with { Kind = kind, Group = ReadGroup(database, row, (id, own, createdAt)) },
            AddressKind.Forward => entry with { Kind = kind, Forward = new ForwardRecord(own, ReadTarget(database, id), (ForwardMode)row.Int64(RedirectColumn + 4), createdAt) },
            _ => throw new StoreException(StoreFailure.Corrupt, $"the store knows no address of kind {kind:D}: it is damaged"),
        };
    }

    internal static AccountRoom? FindRoom(Database database, EmailAddress address)
    {
        using var row = database.Use(ByAddress).Bind(1, address.Domain.Name).Bind(2, address.Local.Key);
        return row.Step() && !row.IsNull(2) ? ReadRoom(row) : null;
    }

    internal static DomainSettings? FindDomain(Database database, Domain domain)
    {
        using var row = database.Use("SELECT catch_all, quota, account_quota, keep_days FROM domain WHERE name = ?1").Bind(1, domain.Name);
        return row.Step() ? new DomainSettings(AddressText.ReadOrNull(row, 0), row.Int64OrNull(1), row.Int64OrNull(2)) { Retention = ReadRetention(row, 3) } : null;
    }

    internal static IReadOnlyList<EmailAddress> ReadMembers(Database database, (long GroupId, EmailAddress? After, int Limit) part) =>
        ReadAll(database.Use(Members).Bind(1, part.GroupId).Bind(2, part.After is null ? "" : AddressText.Key(part.After)).Bind(3, part.Limit));

    internal static bool IsMember(Database database, (long GroupId, EmailAddress Address) question)
    {
        using var row = database.Use(Member).Bind(1, question.GroupId).Bind(2, AddressText.Key(question.Address));
        return row.Step();
    }

    internal static Retention? ReadRetention(Statement row, int column) => row.Int64OrNull(column) is { } days ? new Retention((int)days) : null;

    private static AccountRoom ReadRoom(Statement row) =>
        new(new AccountSettings(row.Int64OrNull(RoomColumn), row.Int64(RoomColumn + 1) != 0) { Retention = ReadRetention(row, RoomColumn + 6) },
            row.Int64(RoomColumn + 2), row.Int64OrNull(RoomColumn + 3), row.Int64(RoomColumn + 4), row.Int64OrNull(RoomColumn + 5))
        {
            Retention = ReadRetention(row, RoomColumn + 7),
        };

    private static GroupRecord ReadGroup(Database database, Statement row, (long Id, EmailAddress Address, DateTimeOffset CreatedAt) group)
    {
        const int First = RedirectColumn + 5;
        var settings = new GroupSettings(row.Text(First), (PostingPolicy)row.Int64(First + 1), ReadAll(database.Use(Posters).Bind(1, group.Id)), row.Int64(First + 2) != 0);
        return new GroupRecord(group.Id, group.Address, settings, (int)row.Int64(First + 3), group.CreatedAt);
    }

    private static EmailAddress ReadTarget(Database database, long id)
    {
        using var row = database.Use(Targets).Bind(1, id);
        return row.Step() ? AddressText.Read(row, 0) : throw new StoreException(StoreFailure.Corrupt, "the store holds a forward that leads nowhere: it is damaged");
    }

    private static List<EmailAddress> ReadAll(Statement statement)
    {
        var addresses = new List<EmailAddress>();
        using var row = statement;
        while (row.Step()) addresses.Add(AddressText.Read(row, 0));
        return addresses;
    }
}
