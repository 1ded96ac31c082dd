using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Schema;

/// <summary>One step of the schema. A released step never changes: what is on people's disks was made by it.</summary>
/// <param name="Version">What PRAGMA user_version says afterwards; the steps count from 1 without a gap.</param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(int Version, string Sql)
{
    /// <summary>All steps, in order.</summary>
    internal static readonly IReadOnlyList<Migration> All =
    [
        new(1, FirstSchema.Sql),
        new(2, SecondSchema.Sql) { Fill = NameIndex.Build },
        new(3, ThirdSchema.Sql),
        new(4, FourthSchema.Sql),
    ];

    /// <summary>What remains to be done after the statements that SQL cannot do; null for nothing.</summary>
    internal Action<Database>? Fill { get; init; }
}
