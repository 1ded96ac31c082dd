using SQLitePCL;

namespace Merpati.Storage.Sqlite.Engine;

/// <summary>What a failure of SQLite means to the callers of the store.</summary>
internal static class FailureTable
{
    /// <summary>A failure while nothing was being written: an unreadable sector is damage, but it breaks no promise already made.</summary>
    internal static StoreException WhileReading(SqliteFailure failure)
    {
        var kind = Classify(failure);
        return new StoreException(kind == StoreFailure.Broken ? StoreFailure.Corrupt : kind, Line(kind == StoreFailure.Broken ? StoreFailure.Corrupt : kind, failure), failure);
    }

    /// <summary>A failure while something was being written.</summary>
    internal static StoreException WhileWriting(SqliteFailure failure)
    {
        var kind = Classify(failure);
        return new StoreException(kind, Line(kind, failure), failure);
    }

    /// <summary>What a failure means in a writer.</summary>
    internal static StoreFailure Classify(SqliteFailure failure) => failure.Primary switch
    {
        raw.SQLITE_FULL => StoreFailure.NoSpace,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_NOMEM => StoreFailure.Busy,

        // The index of the WAL is shared memory, not data: it could not grow, and what was begun has been rolled back.
        raw.SQLITE_IOERR when failure.Code == SqliteFailure.IoErrorSharedMemorySize => StoreFailure.NoSpace,
        raw.SQLITE_IOERR when failure.Code == SqliteFailure.IoErrorNoMemory => StoreFailure.Busy,

        // After a failed write or fsync nobody knows what the disk holds; READONLY is a disk that the kernel has given up.
        raw.SQLITE_IOERR or raw.SQLITE_READONLY => StoreFailure.Broken,
        _ => StoreFailure.Corrupt,
    };

    private static string Line(StoreFailure kind, SqliteFailure failure) => kind switch
    {
        StoreFailure.NoSpace => $"the disk of the store is full: {failure.Message}",
        StoreFailure.Busy => $"the store is held by another process: {failure.Message}",
        StoreFailure.Broken => $"the store cannot write to its disk and takes no more changes until the program starts anew: {failure.Message}",
        _ => $"the store is damaged: {failure.Message}",
    };
}
