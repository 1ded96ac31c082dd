using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>Changes aliases and forwards, inside the writer's transaction.</summary>
internal static class RedirectChanges
{
    internal static ChangeOutcome AddAlias(WriteTransaction transaction, EmailAddress alias, IReadOnlyList<EmailAddress> targets)
    {
        var database = transaction.Database;
        if (AccountChanges.FindDomain(database, alias.Domain) is not { } domainId) return ChangeOutcome.NoSuchDomain;
        var known = Redirects.Find(database, alias, AddressKind.Alias);
        if (known is null && IsTaken(database, alias)) return ChangeOutcome.AlreadyExists;
        if (Ancestry.WouldLoop(database, alias, targets)) return ChangeOutcome.Loop;
        var id = known ?? Redirects.Add(transaction, domainId, alias.Local, (AddressKind.Alias, null));
        return Redirects.AddTargets(database, id, targets) > 0 ? ChangeOutcome.Done : ChangeOutcome.AlreadyExists;
    }

    internal static ChangeOutcome RemoveAlias(WriteTransaction transaction, EmailAddress alias, IReadOnlyList<EmailAddress> targets)
    {
        var database = transaction.Database;
        if (Redirects.Find(database, alias, AddressKind.Alias) is not { } id) return ChangeOutcome.NotFound;
        if (targets.Count > 0)
        {
            if (Redirects.RemoveTargets(database, id, targets) == 0) return ChangeOutcome.NotFound;
            using var left = database.Use("SELECT 1 FROM redirect_target WHERE redirect_id = ?1 LIMIT 1").Bind(1, id);
            if (left.Step()) return ChangeOutcome.Done;
        }

        Redirects.Remove(database, id);
        return ChangeOutcome.Done;
    }

    internal static ChangeOutcome AddForward(WriteTransaction transaction, EmailAddress old, EmailAddress target, ForwardMode mode)
    {
        var database = transaction.Database;
        if (AccountChanges.FindDomain(database, old.Domain) is not { } domainId) return ChangeOutcome.NoSuchDomain;
        if (IsTaken(database, old)) return ChangeOutcome.AlreadyExists;
        if (Ancestry.WouldLoop(database, old, [target])) return ChangeOutcome.Loop;
        Redirects.AddTargets(database, Redirects.Add(transaction, domainId, old.Local, (AddressKind.Forward, mode)), [target]);
        return ChangeOutcome.Done;
    }

    internal static ChangeOutcome RemoveForward(WriteTransaction transaction, EmailAddress old)
    {
        if (Redirects.Find(transaction.Database, old, AddressKind.Forward) is not { } id) return ChangeOutcome.NotFound;
        Redirects.Remove(transaction.Database, id);
        return ChangeOutcome.Done;
    }

    /// <summary>Whether anything at all stands at an address.</summary>
    internal static bool IsTaken(Database database, EmailAddress address) =>
        AccountChanges.Find(database, address) is not null || Redirects.Find(database, address) is not null;
}
