using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>Changes what is set for domains and accounts, inside the writer's transaction.</summary>
internal static class SettingChanges
{
    // What a domain holds is counted from the moment on at which it gets a quota; a counter that nobody asks for would be a page in each commit.
    private const string SetDomainRow = """
        UPDATE domain SET catch_all = ?2, quota = ?3, account_quota = ?4, keep_days = ?5, octets = CASE
            WHEN ?3 IS NULL THEN 0
            WHEN quota IS NOT NULL THEN octets
            ELSE (SELECT ifnull(sum(m.octets), 0) FROM account a JOIN mailbox m ON m.account_id = a.id WHERE a.domain_id = domain.id) END
        WHERE name = ?1 RETURNING id
        """;

    internal static ChangeOutcome SetDomain(WriteTransaction transaction, Domain domain, DomainSettings settings)
    {
        using var row = transaction.Database.Use(SetDomainRow).Bind(1, domain.Name).Bind(2, settings.CatchAll?.ToString())
            .Bind(3, settings.QuotaOctets).Bind(4, settings.AccountQuotaOctets).Bind(5, settings.Retention?.Days);
        return row.Step() ? ChangeOutcome.Done : ChangeOutcome.NotFound;
    }

    internal static ChangeOutcome SetAccount(WriteTransaction transaction, EmailAddress account, AccountSettings settings)
    {
        if (AccountChanges.Find(transaction.Database, account) is not { } id) return ChangeOutcome.NotFound;
        transaction.Database.Use("UPDATE account SET quota = ?2, accepts_terminal = ?3, keep_days = ?4 WHERE id = ?1")
            .Bind(1, id).Bind(2, settings.QuotaOctets).Bind(3, settings.AcceptsTerminal ? 1 : 0).Bind(4, settings.Retention?.Days).Run();
        return ChangeOutcome.Done;
    }
}
