using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>Lists aliases, groups and forwards, each kind by one statement, hence of one moment.</summary>
internal static class AddressListing
{
    private const string Own = "SELECT d.name, r.local_part, r.id, r.created_at";
    private const string From = " FROM redirect r JOIN domain d ON d.id = r.domain_id ";
    private const string Chosen = " WHERE r.kind = ?1 AND (?2 IS NULL OR d.name = ?2) ORDER BY d.name, r.local_key";

    private const string Leading = Own + ", t.target, r.mode" + From + "JOIN redirect_target t ON t.redirect_id = r.id" + Chosen + ", t.target_key";

    private const string Groups = Own + ", p.poster, g.name, g.policy, g.shows_members, g.members" + From +
        "JOIN mail_group g ON g.id = r.id LEFT JOIN group_poster p ON p.group_id = r.id" + Chosen + ", p.poster_key";

    internal static IReadOnlyList<AliasRecord> ListAliases(Database database, Domain? domain)
    {
        var aliases = new List<AliasRecord>();
        var targets = new List<EmailAddress>();
        long last = 0;
        using var row = Choose(database, Leading, AddressKind.Alias, domain);
        while (row.Step())
        {
            if (row.Int64(2) != last)
            {
                last = row.Int64(2);
                targets = [];
                aliases.Add(new AliasRecord(ReadOwn(row), targets, ReadTime(row)));
            }

            targets.Add(AddressText.Read(row, 4));
        }

        return aliases;
    }

    internal static IReadOnlyList<ForwardRecord> ListForwards(Database database, Domain? domain)
    {
        var forwards = new List<ForwardRecord>();
        using var row = Choose(database, Leading, AddressKind.Forward, domain);
        while (row.Step()) forwards.Add(new ForwardRecord(ReadOwn(row), AddressText.Read(row, 4), (ForwardMode)row.Int64(5), ReadTime(row)));
        return forwards;
    }

    internal static IReadOnlyList<GroupRecord> ListGroups(Database database, Domain? domain)
    {
        var groups = new List<GroupRecord>();
        var posters = new List<EmailAddress>();
        using var row = Choose(database, Groups, AddressKind.Group, domain);
        while (row.Step())
        {
            if (groups.Count == 0 || groups[^1].Id != row.Int64(2))
            {
                posters = [];
                var settings = new GroupSettings(row.Text(5), (PostingPolicy)row.Int64(6), posters, row.Int64(7) != 0);
                groups.Add(new GroupRecord(row.Int64(2), ReadOwn(row), settings, (int)row.Int64(8), ReadTime(row)));
            }

            if (!row.IsNull(4)) posters.Add(AddressText.Read(row, 4));
        }

        return groups;
    }

    private static Statement Choose(Database database, string sql, AddressKind kind, Domain? domain) =>
        database.Use(sql).Bind(1, (long)kind).Bind(2, domain?.Name);

    private static EmailAddress ReadOwn(Statement row) => new(AddressText.ReadLocal(row, 1), AddressText.ReadDomain(row, 0));

    private static DateTimeOffset ReadTime(Statement row) => DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3));
}
