using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Collecting;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Accounts;

/// <summary>Changes domains and accounts, inside the writer's transaction.</summary>
internal static class AccountChanges
{
    private const string InsertAccount = """
        INSERT INTO account (domain_id, local_key, local_part, full_name, verifier, disabled, created_at, sealed_secret)
        VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7) ON CONFLICT (domain_id, local_key) DO NOTHING RETURNING id
        """;

    private const string InsertInbox = """
        INSERT INTO mailbox (account_id, name, uid_validity, uid_next, highest_modseq, messages, octets)
        VALUES (?1, 'INBOX', ?2, 1, 1, 0, 0)
        """;

    // RFC 9051 §2.3.1.1: the clock alone would repeat itself when a mailbox is made anew within a second, or when it is set back.
    private const string NextUidValidity = "UPDATE counter SET value = max(value + 1, ?1) WHERE name = 'uid_validity' RETURNING value";

    private const string UseDomain =
        "SELECT 1 FROM domain WHERE id = ?1 AND (EXISTS (SELECT 1 FROM account WHERE domain_id = ?1) OR EXISTS (SELECT 1 FROM redirect WHERE domain_id = ?1))";

    private const string FindAccount =
        "SELECT a.id FROM account a JOIN domain d ON d.id = a.domain_id WHERE d.name = ?1 AND a.local_key = ?2";

    internal static ChangeOutcome AddDomain(WriteTransaction transaction, Domain domain)
    {
        using var row = transaction.Database.Use("INSERT INTO domain (name, created_at) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING RETURNING id")
            .Bind(1, domain.Name).Bind(2, transaction.Now);
        return row.Step() ? ChangeOutcome.Done : ChangeOutcome.AlreadyExists;
    }

    internal static ChangeOutcome RemoveDomain(WriteTransaction transaction, Domain domain)
    {
        var database = transaction.Database;
        if (FindDomain(database, domain) is not { } id) return ChangeOutcome.NotFound;
        using (var used = database.Use(UseDomain).Bind(1, id))
        {
            if (used.Step()) return ChangeOutcome.InUse;
        }

        database.Use("DELETE FROM domain WHERE id = ?1").Bind(1, id).Run();
        return ChangeOutcome.Done;
    }

    internal static ChangeOutcome Add(WriteTransaction transaction, NewAccount account)
    {
        var database = transaction.Database;
        if (FindDomain(database, account.Address.Domain) is not { } domainId) return ChangeOutcome.NoSuchDomain;
        if (Redirects.Find(database, account.Address) is not null) return ChangeOutcome.AlreadyExists;
        long accountId;
        using (var row = database.Use(InsertAccount).Bind(1, domainId).Bind(2, account.Address.Local.Key).Bind(3, account.Address.Local.ToString())
            .Bind(4, account.FullName).Bind(5, account.Verifier).Bind(6, transaction.Now).Bind(7, account.SealedSecret))
        {
            if (!row.Step()) return ChangeOutcome.AlreadyExists;
            accountId = row.Int64(0);
        }

        database.Use(InsertInbox).Bind(1, accountId).Bind(2, TakeUidValidity(transaction)).Run();
        NameIndex.Add(database, accountId, account.FullName);
        return ChangeOutcome.Done;
    }

    internal static ChangeOutcome SetVerifier(WriteTransaction transaction, EmailAddress address, string verifier, string? sealedSecret)
    {
        if (Find(transaction.Database, address) is not { } id) return ChangeOutcome.NotFound;
        transaction.Database.Use("UPDATE account SET verifier = ?2, sealed_secret = ?3 WHERE id = ?1").Bind(1, id).Bind(2, verifier).Bind(3, sealedSecret).Run();
        return ChangeOutcome.Done;
    }

    internal static ChangeOutcome SetDisabled(WriteTransaction transaction, EmailAddress address, bool disabled)
    {
        if (Find(transaction.Database, address) is not { } id) return ChangeOutcome.NotFound;
        transaction.Database.Use("UPDATE account SET disabled = ?2 WHERE id = ?1").Bind(1, id).Bind(2, disabled ? 1 : 0).Run();
        return ChangeOutcome.Done;
    }

    /// <summary>Mailboxes and sources vanish at once; their messages and what was collected are taken away in the background, for there may be a great many.</summary>
    internal static ChangeOutcome Remove(WriteTransaction transaction, EmailAddress address)
    {
        var database = transaction.Database;
        if (Find(database, address) is not { } id) return ChangeOutcome.NotFound;
        database.Use("INSERT INTO removed_mailbox (id) SELECT id FROM mailbox WHERE account_id = ?1").Bind(1, id).Run();
        database.Use("DELETE FROM mailbox WHERE account_id = ?1").Bind(1, id).Run();
        database.Use("DELETE FROM owner_address WHERE account_id = ?1").Bind(1, id).Run();
        SourceChanges.RemoveAll(database, id);
        NameIndex.Remove(database, id);
        database.Use("DELETE FROM account WHERE id = ?1").Bind(1, id).Run();
        transaction.Release();
        return ChangeOutcome.Done;
    }

    private static long TakeUidValidity(WriteTransaction transaction)
    {
        using var row = transaction.Database.Use(NextUidValidity).Bind(1, transaction.Now / 1000);
        return row.Step() ? row.Int64(0) : throw new StoreException(StoreFailure.Corrupt, "the store has lost its counter of UIDVALIDITY: it is damaged");
    }

    internal static long? FindDomain(Database database, Domain domain)
    {
        using var row = database.Use("SELECT id FROM domain WHERE name = ?1").Bind(1, domain.Name);
        return row.Step() ? row.Int64(0) : null;
    }

    internal static long? Find(Database database, EmailAddress address)
    {
        using var row = database.Use(FindAccount).Bind(1, address.Domain.Name).Bind(2, address.Local.Key);
        return row.Step() ? row.Int64(0) : null;
    }
}
