using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Collecting;
using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Collecting;

/// <summary>Changes sources, inside the writer's transaction.</summary>
internal static class SourceChanges
{
    private const string Upsert = """
        INSERT INTO collect_source (account_id, server, leaves, tls, sealed_password, run_every) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (account_id, server) DO UPDATE SET leaves = excluded.leaves, tls = excluded.tls, sealed_password = excluded.sealed_password, run_every = excluded.run_every
        """;

    private const string Leave = "INSERT INTO removed_source (id) SELECT id FROM collect_source WHERE account_id = ?1 AND (?2 IS NULL OR server = ?2)";
    private const string Delete = "DELETE FROM collect_source WHERE account_id = ?1 AND (?2 IS NULL OR server = ?2)";
    private const string Record = "UPDATE collect_source SET run_at = ?2, run_messages = ?3, run_failure = ?4 WHERE id = ?1";

    internal static CollectSource? Put(WriteTransaction transaction, NewCollectSource source)
    {
        var database = transaction.Database;
        if (AccountChanges.Find(database, source.Account) is not { } accountId) return null;
        database.Use(Upsert).Bind(1, accountId).Bind(2, source.Server).Bind(3, (long)source.After).Bind(4, (long)source.Tls)
            .Bind(5, source.SealedPassword).Bind(6, SourceRows.Milliseconds(source.Interval)).Run();
        return SourceRows.Find(database, (source.Account, source.Server));
    }

    internal static ChangeOutcome Remove(WriteTransaction transaction, EmailAddress account, string server)
    {
        var database = transaction.Database;
        if (AccountChanges.Find(database, account) is not { } accountId || RemoveSome(database, accountId, server) == 0) return ChangeOutcome.NotFound;
        transaction.Release();
        return ChangeOutcome.Done;
    }

    /// <summary>Removes the sources of an account.</summary>
    internal static void RemoveAll(Database database, long accountId) => _ = RemoveSome(database, accountId, server: null);

    internal static bool RecordRun(WriteTransaction transaction, long sourceId, CollectRun run)
    {
        transaction.Database.Use(Record).Bind(1, sourceId).Bind(2, run.At.ToUnixTimeMilliseconds()).Bind(3, run.Messages).Bind(4, run.Failure).Run();
        return transaction.Database.RowsChanged > 0;
    }

    // What was collected is taken away in the background, for it may be a great deal; nobody asks for it any more, since no number is used twice.
    private static int RemoveSome(Database database, long accountId, string? server)
    {
        database.Use(Leave).Bind(1, accountId).Bind(2, server).Run();
        database.Use(Delete).Bind(1, accountId).Bind(2, server).Run();
        return database.RowsChanged;
    }
}
