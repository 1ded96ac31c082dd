using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>An address that leads elsewhere, as the writer knows it.</summary>
/// <param name="Id">Its number, never used twice.</param>
/// <param name="Kind">Alias, group or forward.</param>
internal readonly record struct Redirect(long Id, AddressKind Kind);

/// <summary>The rows that aliases, groups and forwards share.</summary>
internal static class Redirects
{
    internal const string FindByAddress =
        "SELECT r.id, r.kind FROM redirect r JOIN domain d ON d.id = r.domain_id WHERE d.name = ?1 AND r.local_key = ?2";

    private const string Insert =
        "INSERT INTO redirect (domain_id, local_key, local_part, kind, mode, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";

    private const string InsertTarget =
        "INSERT INTO redirect_target (redirect_id, target_key, target) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING RETURNING 1";

    private const string DeleteTarget = "DELETE FROM redirect_target WHERE redirect_id = ?1 AND target_key = ?2 RETURNING 1";

    private static readonly string[] DeleteAll =
    [
        "DELETE FROM group_poster WHERE group_id = ?1",
        "DELETE FROM mail_group WHERE id = ?1",
        "DELETE FROM redirect_target WHERE redirect_id = ?1",
        "DELETE FROM redirect WHERE id = ?1",
    ];

    internal static Redirect? Find(Database database, EmailAddress address)
    {
        using var row = database.Use(FindByAddress).Bind(1, address.Domain.Name).Bind(2, address.Local.Key);
        return row.Step() ? new Redirect(row.Int64(0), (AddressKind)row.Int64(1)) : null;
    }

    /// <summary>The number of what stands at an address when it is of this kind; null otherwise.</summary>
    internal static long? Find(Database database, EmailAddress address, AddressKind kind) =>
        Find(database, address) is { } found && found.Kind == kind ? found.Id : null;

    internal static long Add(WriteTransaction transaction, long domainId, LocalPart local, (AddressKind Kind, ForwardMode? Mode) what)
    {
        using var row = transaction.Database.Use(Insert).Bind(1, domainId).Bind(2, local.Key).Bind(3, local.ToString())
            .Bind(4, (long)what.Kind).Bind(5, (long?)what.Mode).Bind(6, transaction.Now);
        return row.Step() ? row.Int64(0) : throw new StoreException(StoreFailure.Corrupt, "the store gave no number to a new address: it is damaged");
    }

    /// <summary>Adds targets, each once; returns how many were new.</summary>
    internal static int AddTargets(Database database, long id, IReadOnlyList<EmailAddress> targets)
    {
        var added = 0;
        foreach (var target in targets)
        {
            using var row = database.Use(InsertTarget).Bind(1, id).Bind(2, AddressText.Key(target)).Bind(3, target.ToString());
            if (row.Step()) added++;
        }

        return added;
    }

    /// <summary>Removes targets; returns how many there were.</summary>
    internal static int RemoveTargets(Database database, long id, IReadOnlyList<EmailAddress> targets)
    {
        var removed = 0;
        foreach (var target in targets)
        {
            using var row = database.Use(DeleteTarget).Bind(1, id).Bind(2, AddressText.Key(target));
            if (row.Step()) removed++;
        }

        return removed;
    }

    internal static void Remove(Database database, long id)
    {
        foreach (var sql in DeleteAll) database.Use(sql).Bind(1, id).Run();
    }
}
