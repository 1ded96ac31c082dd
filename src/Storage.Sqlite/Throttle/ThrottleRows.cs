using Merpati.Auth.Throttle;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Throttle;

/// <summary>Keeps refusals of logins, no more than a bounded number.</summary>
internal static class ThrottleRows
{
    /// <summary>The most that are kept: what comes from more networks than this is not stopped by listing them.</summary>
    internal const int MaxEntries = 10_000;

    private const string Columns = "SELECT scope, key, failures, reason, since, until FROM throttle ";
    private const string ListRunning = Columns + "WHERE until > ?1 ORDER BY id DESC";
    internal const string FindOne = Columns + "WHERE scope = ?1 AND key = ?2 AND until > ?3";
    private const string Delete = "DELETE FROM throttle WHERE scope = ?1 AND key = ?2 RETURNING 1";
    internal const string DeleteEnded = "DELETE FROM throttle WHERE until <= ?1";
    internal const string DeleteOldest = "DELETE FROM throttle WHERE id <= ?1";
    private const string Insert = "INSERT INTO throttle (scope, key, failures, reason, since, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";

    internal static IReadOnlyList<ThrottleEntry> List(Database database, DateTimeOffset now)
    {
        var entries = new List<ThrottleEntry>();
        using var row = database.Use(ListRunning).Bind(1, now.ToUnixTimeMilliseconds());
        while (row.Step()) entries.Add(Read(row));
        return entries;
    }

    internal static ThrottleEntry? Find(Database database, (ThrottleScope Scope, string Key, DateTimeOffset Now) question)
    {
        using var row = database.Use(FindOne).Bind(1, (long)question.Scope).Bind(2, question.Key).Bind(3, question.Now.ToUnixTimeMilliseconds());
        return row.Step() ? Read(row) : null;
    }

    internal static bool Put(Database database, ThrottleEntry entry)
    {
        var since = entry.Since.ToUnixTimeMilliseconds();
        Lift(database, entry.Scope, entry.Key);
        database.Use(DeleteEnded).Bind(1, since).Run();
        long id;
        using (var row = database.Use(Insert).Bind(1, (long)entry.Scope).Bind(2, entry.Key).Bind(3, entry.Failures).Bind(4, entry.Reason)
            .Bind(5, since).Bind(6, entry.Until.ToUnixTimeMilliseconds()))
        {
            if (!row.Step()) return false;
            id = row.Int64(0);
        }

        // Numbers rise without end, so there are never more rows than numbers in the window.
        database.Use(DeleteOldest).Bind(1, id - MaxEntries).Run();
        return true;
    }

    internal static bool Lift(Database database, ThrottleScope scope, string key)
    {
        using var row = database.Use(Delete).Bind(1, (long)scope).Bind(2, key);
        return row.Step();
    }

    private static ThrottleEntry Read(Statement row) =>
        new((ThrottleScope)row.Int64(0), row.Text(1), (int)row.Int64(2), row.Text(3),
            DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(4)), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(5)));
}
