namespace Merpati.Storage.Sqlite.Verifying;

/// <summary>What must be true of the rows of collecting besides their references. Each statement yields a number and what is wrong with it.</summary>
internal static class CollectChecks
{
    private const string Sourceless = """
        SELECT DISTINCT source_id, 'what was collected is kept for source ' || source_id || ', which does not exist' FROM collected
        WHERE source_id NOT IN (SELECT id FROM collect_source UNION ALL SELECT id FROM removed_source)
        """;

    // Fewer are right: what the other server has no more is forgotten.
    private const string Miscounted = """
        SELECT s.id, 'source ' || s.id || ' counts ' || s.collected || ' messages collected and knows ' || count(*)
        FROM collect_source s JOIN collected c ON c.source_id = s.id GROUP BY s.id HAVING count(*) > s.collected
        """;

    /// <summary>The statements.</summary>
    internal static readonly IReadOnlyList<string> All = [Sourceless, Miscounted];
}
