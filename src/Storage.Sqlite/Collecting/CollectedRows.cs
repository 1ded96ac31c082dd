using System.Text;
using Merpati.Storage.Collecting;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Collecting;

/// <summary>What has been collected from a source. Of a source that is gone nothing is known, although its rows may still be there for a while.</summary>
internal static class CollectedRows
{
    internal const string Known = """
        SELECT EXISTS (SELECT 1 FROM collected WHERE source_id = ?1 AND unique_id = ?2), EXISTS (SELECT 1 FROM collect_source WHERE id = ?1)
        """;

    internal const string Part = """
        SELECT unique_id FROM collected WHERE source_id = ?1 AND unique_id > ?2 AND EXISTS (SELECT 1 FROM collect_source WHERE id = ?1)
        ORDER BY unique_id LIMIT ?3
        """;

    private const string Insert = "INSERT INTO collected (source_id, unique_id) VALUES (?1, ?2)";
    private const string Count = "UPDATE collect_source SET collected = collected + 1 WHERE id = ?1";
    private const string Delete = "DELETE FROM collected WHERE source_id = ?1 AND unique_id = ?2";

    private const int MaxOctets = 70; // RFC 1939 §7

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Throws for what no caller may give as a unique-id: two that differ must be two in the table as well.</summary>
    internal static void Check(string uniqueId)
    {
        ArgumentException.ThrowIfNullOrEmpty(uniqueId);
        if (uniqueId.Contains('\0', StringComparison.Ordinal) || StrictUtf8.GetByteCount(uniqueId) > MaxOctets) throw new ArgumentException("not a unique-id", nameof(uniqueId));
    }

    /// <summary>Whether the source is there and the message has not been collected from it.</summary>
    internal static bool IsNew(Database database, CollectedMessage message)
    {
        using var row = database.Use(Known).Bind(1, message.SourceId).Bind(2, message.UniqueId);
        return row.Step() && row.Int64(0) == 0 && row.Int64(1) != 0;
    }

    internal static void Add(Database database, CollectedMessage message)
    {
        database.Use(Insert).Bind(1, message.SourceId).Bind(2, message.UniqueId).Run();
        database.Use(Count).Bind(1, message.SourceId).Run();
    }

    internal static IReadOnlyList<string> FindNew(Database database, (long SourceId, IReadOnlyList<string> UniqueIds) question)
    {
        var found = new List<string>();
        database.Use("BEGIN").Run();
        try
        {
            foreach (var uniqueId in question.UniqueIds)
            {
                using var row = database.Use(Known).Bind(1, question.SourceId).Bind(2, uniqueId);
                if (!row.Step() || row.Int64(0) == 0 || row.Int64(1) == 0) found.Add(uniqueId);
            }
        }
        finally
        {
            database.Use("ROLLBACK").Run();
        }

        return found;
    }

    internal static int Forget(Database database, long sourceId, ReadOnlySpan<string> uniqueIds)
    {
        foreach (var uniqueId in uniqueIds) database.Use(Delete).Bind(1, sourceId).Bind(2, uniqueId).Run();
        return uniqueIds.Length;
    }

    internal static IReadOnlyList<string> Read(Database database, (long SourceId, string? After, int Limit) part)
    {
        var uniqueIds = new List<string>();
        using var row = database.Use(Part).Bind(1, part.SourceId).Bind(2, part.After ?? "").Bind(3, part.Limit);
        while (row.Step()) uniqueIds.Add(row.Text(0));
        return uniqueIds;
    }
}
