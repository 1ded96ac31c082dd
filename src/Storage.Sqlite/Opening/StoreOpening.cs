using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Files;
using Merpati.Storage.Sqlite.Schema;

namespace Merpati.Storage.Sqlite.Opening;

/// <summary>
/// Finds, makes or migrates the database, so that afterwards a whole one of the newest version is there. Only who holds the lock makes or
/// migrates; who merely wants to use the store takes it for that moment.
/// </summary>
internal sealed class StoreOpening
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly StoreFolder _folder;
    private readonly SqliteStoreOptions _options;

    internal StoreOpening(StoreFolder folder, SqliteStoreOptions options)
    {
        _folder = folder;
        _options = options;
    }

    /// <summary>Returns the lock when the store is to be exclusive, null otherwise.</summary>
    internal async ValueTask<StoreLock?> RunAsync(CancellationToken cancellation)
    {
        try
        {
            _folder.Ensure();
            if (_options.Exclusive) return await TakeExclusiveAsync(cancellation);
            using (var held = await TakeUnlessReadyAsync(cancellation)) if (held is not null) MakeReady();
            return null;
        }
        catch (SqliteFailure failure)
        {
            throw Describe(failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.CannotOpen, $"cannot open the store in {_folder.Root}: {failure.Message}", failure);
        }
    }

    internal StoreException Describe(SqliteFailure failure)
    {
        var kind = FailureTable.Classify(failure);
        return kind == StoreFailure.Corrupt
            ? new StoreException(kind, $"{_folder.Database} is damaged: {failure.Message}. Restore it from a backup", failure)
            : new StoreException(StoreFailure.CannotOpen, $"cannot open {_folder.Database}: {failure.Message}", failure);
    }

    private async ValueTask<StoreLock> TakeExclusiveAsync(CancellationToken cancellation)
    {
        var held = await TakeAsync(static () => false, cancellation) ?? throw InUse("another process");
        try
        {
            MakeReady();
            held.Announce();
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private ValueTask<StoreLock?> TakeUnlessReadyAsync(CancellationToken cancellation) =>
        TakeAsync(() => FileInspection.FindsDatabase(_folder) && IsCurrent(), cancellation);

    // Who serves has announced itself and is not waited for; who makes or migrates the database will be done in a moment.
    private async ValueTask<StoreLock?> TakeAsync(Func<bool> isReady, CancellationToken cancellation)
    {
        var started = _options.TimeProvider.GetTimestamp();
        while (true)
        {
            if (isReady()) return null;
            if (StoreLock.TryTake(_folder) is { } held) return held;
            if (StoreLock.Holder(_folder) is { Length: > 0 } pid) throw InUse($"process {pid}");
            if (_options.TimeProvider.GetElapsedTime(started) > Patience) throw InUse("another process");
            await Task.Delay(Pause, _options.TimeProvider, cancellation);
        }
    }

    private StoreException InUse(string holder)
    {
        var line = _options.Exclusive
            ? $"the store in {_folder.Root} is already served by {holder}"
            : $"the store in {_folder.Root} is of an older version and served by {holder}: stop that one first, so that the store can be brought to this version";
        return new StoreException(StoreFailure.CannotOpen, line);
    }

    private void MakeReady()
    {
        if (!FileInspection.FindsDatabase(_folder)) Make();
        else Migrate();

        // Only now: the marker turns a missing database into an error.
        if (!File.Exists(_folder.Marker)) DurableFile.Write(_folder.Marker, "This directory holds a Merpati store.\n"u8);
    }

    // Built whole under another name, in the old journal mode that leaves nothing beside the file, then given its name: a crash at any moment
    // leaves either no database or a good one.
    private void Make()
    {
        foreach (var leftover in new[] { _folder.NewDatabase, _folder.NewDatabase + "-journal" }) DurableFile.Delete(leftover);
        DurableFile.Create(_folder.NewDatabase).Dispose();
        using (var database = Database.Open(_folder.NewDatabase, OpenMode.Write))
        {
            database.Execute("PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL");
            SetApplicationId(database);
            SchemaVersion.Advance(database, _options.Migrations);
        }

        _options.BeforeNaming?.Invoke();
        DurableFile.Rename(_folder.NewDatabase, _folder.Database);
    }

    private static void SetApplicationId(Database database) =>
        database.Execute(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA application_id = {SchemaVersion.ApplicationId}"));

    private void Migrate()
    {
        if (IsCurrent()) return;
        try
        {
            using var database = Database.Open(_folder.Database, OpenMode.Write);
            database.Execute("PRAGMA synchronous = FULL");
            SchemaVersion.Snapshot(database, _folder, _options.TimeProvider.GetUtcNow());
            SchemaVersion.Advance(database, _options.Migrations);
        }
        catch (SqliteFailure failure)
        {
            throw new StoreException(StoreFailure.CannotOpen, $"{_folder.Database} could not be brought to version {_options.Migrations[^1].Version} of the schema and is as it was: {failure.Message}", failure);
        }
    }

    // True when nothing is to be done, false when there are steps to take; a version from the future is refused before anything is written.
    private bool IsCurrent()
    {
        using var database = Database.Open(_folder.Database, OpenMode.Write);
        var version = SchemaVersion.Read(database);
        var known = _options.Migrations[^1].Version;
        if (version > known)
            throw new StoreException(StoreFailure.CannotOpen, $"{_folder.Database} has version {version} of the schema and this program knows versions up to {known}: run the newer program, or restore a backup made with this one");
        if (version < 1 || SchemaVersion.Missing(database, _options.Migrations) is { Count: > 0 })
            throw new StoreException(StoreFailure.Corrupt, $"{_folder.Database} lacks tables of version {version} of the schema. Restore it from a backup");
        return version == known;
    }
}
