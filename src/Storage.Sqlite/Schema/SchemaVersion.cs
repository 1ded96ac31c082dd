using System.Globalization;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Files;

namespace Merpati.Storage.Sqlite.Schema;

/// <summary>Brings a database from one version of the schema to another, and knows whether it is one of ours at all.</summary>
internal static class SchemaVersion
{
    /// <summary>Marks the file as ours: "MRPT" (SQLite file format §1.2.14).</summary>
    internal const int ApplicationId = 0x4d525054;

    internal static long Read(Database database) => database.Number("PRAGMA user_version");

    /// <summary>Runs the steps that are missing, in one transaction.</summary>
    internal static void Advance(Database database, IReadOnlyList<Migration> migrations)
    {
        database.Execute("BEGIN IMMEDIATE");
        foreach (var migration in migrations)
        {
            if (migration.Version <= Read(database)) continue;
            database.Execute(migration.Sql);
            migration.Fill?.Invoke(database);
            database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {migration.Version}"));
        }

        database.Execute("COMMIT");
    }

    /// <summary>Copies the database, as it is now, beside itself; returns when the copy is on disk under its name.</summary>
    internal static void Snapshot(Database database, StoreFolder folder, DateTimeOffset now)
    {
        var path = folder.Snapshot(Read(database), now);
        var unfinished = path + ".part";
        DurableFile.Create(unfinished).Dispose(); // SQLite takes an empty file as its target, and keeps its mode
        using (var copy = database.Use("VACUUM INTO ?1")) copy.Bind(1, unfinished).Run();
        DurableFile.Rename(unfinished, path);
    }

    /// <summary>The tables, indexes and triggers that a database of this version must have and this one lacks; empty when all are there.</summary>
    internal static IReadOnlyList<string> Missing(Database database, IReadOnlyList<Migration> migrations)
    {
        var version = Read(database);
        using var model = Database.Open(":memory:", OpenMode.Create);
        Advance(model, [.. migrations.Where(migration => migration.Version <= version)]);
        var there = Names(database);
        return [.. Names(model).Where(name => !there.Contains(name))];
    }

    private static HashSet<string> Names(Database database)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var statement = database.Use("SELECT type || ' ' || name FROM sqlite_schema");
        while (statement.Step()) names.Add(statement.Text(0));
        return names;
    }
}
