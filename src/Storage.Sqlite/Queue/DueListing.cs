using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>
/// Finds what is due. Where little is due, only that is looked at; where much is, an index is skipped through from destination to destination, for
/// one of them may have a million recipients.
/// </summary>
internal static class DueListing
{
    internal const string Few = """
        SELECT destination, min(due_at) FROM
            (SELECT destination, due_at FROM queued_recipient INDEXED BY queued_recipient_due WHERE state = 0 AND due_at <= ?1 ORDER BY due_at LIMIT ?2)
        WHERE destination > ?3 GROUP BY destination ORDER BY destination LIMIT ?4
        """;

    internal const string HasMany = """
        SELECT 1 FROM queued_recipient INDEXED BY queued_recipient_due WHERE state = 0 AND due_at <= ?1 ORDER BY due_at LIMIT 1 OFFSET ?2
        """;

    // Whether it is due is seen afterwards: asked here, the statement would go on through all that is not.
    internal const string Next = """
        SELECT destination, due_at FROM queued_recipient INDEXED BY queued_recipient_turn WHERE state = 0 AND destination > ?1
        ORDER BY destination, due_at LIMIT 1
        """;

    internal const string NextDue = """
        SELECT due_at FROM queued_recipient INDEXED BY queued_recipient_due WHERE state = 0 AND due_at > ?1 ORDER BY due_at LIMIT 1
        """;

    private const int MaxFew = 1_000;

    internal static IReadOnlyList<DueDestination> List(Database database, (DateTimeOffset Now, string? After, int Limit) question)
    {
        var now = question.Now.ToUnixTimeMilliseconds();
        var after = question.After ?? "";
        using (var many = database.Use(HasMany).Bind(1, now).Bind(2, MaxFew))
        {
            if (many.Step()) return Skip(database, now, after, question.Limit);
        }

        var found = new List<DueDestination>();
        using var row = database.Use(Few).Bind(1, now).Bind(2, MaxFew).Bind(3, after).Bind(4, question.Limit);
        while (row.Step()) found.Add(new DueDestination(row.Text(0), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(1))));
        return found;
    }

    internal static DateTimeOffset? FindNext(Database database, DateTimeOffset now)
    {
        using var row = database.Use(NextDue).Bind(1, now.ToUnixTimeMilliseconds());
        return row.Step() ? DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(0)) : null;
    }

    private static List<DueDestination> Skip(Database database, long now, string after, int limit)
    {
        var found = new List<DueDestination>();
        while (found.Count < limit)
        {
            using var row = database.Use(Next).Bind(1, after);
            if (!row.Step()) break;
            after = row.Text(0);
            if (row.Int64(1) <= now) found.Add(new DueDestination(after, DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(1))));
        }

        return found;
    }
}
