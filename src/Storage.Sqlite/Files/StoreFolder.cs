namespace Merpati.Storage.Sqlite.Files;

/// <summary>The names in a data directory.</summary>
internal sealed class StoreFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal StoreFolder(string path)
    {
        Root = Path.GetFullPath(path);
        Database = Path.Combine(Root, "merpati.db");
        Wal = Database + "-wal";
        NewDatabase = Database + ".new";
        Lock = Path.Combine(Root, "merpati.lock");
        Pid = Path.Combine(Root, "merpati.pid");
        Marker = Path.Combine(Root, "STORE");
    }

    internal string Root { get; }

    /// <summary>The database.</summary>
    internal string Database { get; }

    /// <summary>What SQLite keeps beside it: changes that are durable but not yet moved into the database.</summary>
    internal string Wal { get; }

    /// <summary>A database that is being made; it gets its name only when it is whole.</summary>
    internal string NewDatabase { get; }

    /// <summary>Locked by the one process that serves the store, or for as long as a database is made or changed to a new version.</summary>
    internal string Lock { get; }

    /// <summary>Who serves, for the message to the one who comes second.</summary>
    internal string Pid { get; }

    /// <summary>Says that there has been a database here, so that a missing one is a loss and not a beginning.</summary>
    internal string Marker { get; }

    /// <summary>A snapshot before a migration.</summary>
    internal string Snapshot(long version, DateTimeOffset now) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Database}.v{version}-{now.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}.bak");

    /// <summary>Makes the directory, for its owner alone, when it is missing.</summary>
    internal void Ensure()
    {
        if (Directory.Exists(Root)) return;
        Directory.CreateDirectory(Root, OwnerOnly);
        DurableFile.Flush(DurableFile.ParentOf(Root));
    }
}
