using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>Changes groups, inside the writer's transaction.</summary>
internal static class GroupChanges
{
    private const string Insert = "INSERT INTO mail_group (id, name, policy, shows_members, members) VALUES (?1, ?2, ?3, ?4, 0)";
    private const string Update = "UPDATE mail_group SET name = ?2, policy = ?3, shows_members = ?4 WHERE id = ?1";
    private const string Count = "UPDATE mail_group SET members = members + ?2 WHERE id = ?1";
    private const string InsertPoster = "INSERT INTO group_poster (group_id, poster_key, poster) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

    internal static ChangeOutcome Add(WriteTransaction transaction, EmailAddress group, GroupSettings settings)
    {
        var database = transaction.Database;
        if (AccountChanges.FindDomain(database, group.Domain) is not { } domainId) return ChangeOutcome.NoSuchDomain;
        if (RedirectChanges.IsTaken(database, group)) return ChangeOutcome.AlreadyExists;
        var id = Redirects.Add(transaction, domainId, group.Local, (AddressKind.Group, null));
        Write(database, Insert, id, settings);
        return ChangeOutcome.Done;
    }

    internal static ChangeOutcome Set(WriteTransaction transaction, EmailAddress group, GroupSettings settings)
    {
        var database = transaction.Database;
        if (Redirects.Find(database, group, AddressKind.Group) is not { } id) return ChangeOutcome.NotFound;
        database.Use("DELETE FROM group_poster WHERE group_id = ?1").Bind(1, id).Run();
        Write(database, Update, id, settings);
        return ChangeOutcome.Done;
    }

    internal static ChangeOutcome Remove(WriteTransaction transaction, EmailAddress group)
    {
        if (Redirects.Find(transaction.Database, group, AddressKind.Group) is not { } id) return ChangeOutcome.NotFound;
        Redirects.Remove(transaction.Database, id);
        return ChangeOutcome.Done;
    }

    internal static int? AddMembers(WriteTransaction transaction, EmailAddress group, IReadOnlyList<EmailAddress> members)
    {
        var database = transaction.Database;
        if (Redirects.Find(database, group, AddressKind.Group) is not { } id) return null;
        if (Ancestry.WouldLoop(database, group, members)) return -1;
        var added = Redirects.AddTargets(database, id, members);
        database.Use(Count).Bind(1, id).Bind(2, added).Run();
        return added;
    }

    internal static int? RemoveMembers(WriteTransaction transaction, EmailAddress group, IReadOnlyList<EmailAddress> members)
    {
        var database = transaction.Database;
        if (Redirects.Find(database, group, AddressKind.Group) is not { } id) return null;
        var removed = Redirects.RemoveTargets(database, id, members);
        database.Use(Count).Bind(1, id).Bind(2, -removed).Run();
        return removed;
    }

    private static void Write(Database database, string sql, long id, GroupSettings settings)
    {
        database.Use(sql).Bind(1, id).Bind(2, settings.Name).Bind(3, (long)settings.Policy).Bind(4, settings.ShowsMembers ? 1 : 0).Run();
        foreach (var poster in settings.Posters) database.Use(InsertPoster).Bind(1, id).Bind(2, AddressText.Key(poster)).Bind(3, poster.ToString()).Run();
    }
}
