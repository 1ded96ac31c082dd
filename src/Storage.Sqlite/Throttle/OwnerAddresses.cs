using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Throttle;

/// <summary>From where the owners of accounts have logged in: the last few addresses of each.</summary>
internal static class OwnerAddresses
{
    private const int MaxAddresses = 8;

    internal const string Known = "SELECT 1 FROM owner_address WHERE account_id = ?1 AND address_key = ?2 AND seen_at > ?3";

    private const string Insert = """
        INSERT INTO owner_address (account_id, address_key, seen_at) SELECT id, ?2, ?3 FROM account WHERE id = ?1
        ON CONFLICT (account_id, address_key) DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)
        """;

    private const string DeleteOld = """
        DELETE FROM owner_address WHERE account_id = ?1 AND (seen_at <= ?2 OR address_key NOT IN
            (SELECT address_key FROM owner_address WHERE account_id = ?1 ORDER BY seen_at DESC, address_key = ?3 DESC LIMIT ?4))
        """;

    /// <summary>How long an address is remembered.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    /// <summary>Whether the owner has logged in from there after a moment.</summary>
    internal static bool IsKnown(Database database, (long AccountId, string AddressKey, DateTimeOffset After) question)
    {
        using var row = database.Use(Known).Bind(1, question.AccountId).Bind(2, question.AddressKey).Bind(3, question.After.ToUnixTimeMilliseconds());
        return row.Step();
    }

    /// <summary>Remembers it; an account that is gone meanwhile has no owner.</summary>
    internal static bool Remember(Database database, (long AccountId, string AddressKey, DateTimeOffset At) login)
    {
        database.Use(Insert).Bind(1, login.AccountId).Bind(2, login.AddressKey).Bind(3, login.At.ToUnixTimeMilliseconds()).Run();
        database.Use(DeleteOld).Bind(1, login.AccountId).Bind(2, (login.At - KeptFor).ToUnixTimeMilliseconds())
            .Bind(3, login.AddressKey).Bind(4, MaxAddresses).Run();
        return true;
    }
}
