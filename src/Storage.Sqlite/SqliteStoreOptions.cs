using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Messages;
using Merpati.Storage.Sqlite.Schema;

namespace Merpati.Storage.Sqlite;

/// <summary>How an embedded store is opened.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>The directory of the store; made, for its owner alone, when it is missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// True for the one process that serves: it takes the lock of the directory, moves the WAL into the database and gives room back. False for
    /// commands, which may run beside it.
    /// </summary>
    public bool Exclusive { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The octets of the disk that acceptances leave free, so that messages can still be removed when it is full; 32 MiB by default.</summary>
    public long ReserveBytes { get; init; } = 32L << 20;

    /// <summary>Takes one line whenever something went wrong that no caller is told of; called from any thread, must not block.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>The steps of the schema; tests add one.</summary>
    internal IReadOnlyList<Migration> Migrations { get; init; } = Migration.All;

    /// <summary>From how many messages on the last snapshot of a mailbox is kept in memory; tests lower it.</summary>
    internal int KeepSnapshotsFrom { get; init; } = SnapshotCache.FewMessages;

    /// <summary>Runs before a new database gets its name; tests crash here.</summary>
    internal Action? BeforeNaming { get; init; }

    /// <summary>Asked before each COMMIT of the writer; a failure that it returns is thrown in its place. Tests break the disk here.</summary>
    internal Func<SqliteFailure?>? CommitFault { get; init; }
}
