using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Counts how often a body is referred to; once is not written down.</summary>
internal static class BodyReferences
{
    /// <summary>Takes one away from a body that has so many, at least two.</summary>
    internal static void CountDown(Database database, long bodyId, long references)
    {
        if (references > 2) database.Use("UPDATE shared_body SET refs = refs - 1 WHERE id = ?1").Bind(1, bodyId).Run();
        else database.Use("DELETE FROM shared_body WHERE id = ?1").Bind(1, bodyId).Run();
    }
}
