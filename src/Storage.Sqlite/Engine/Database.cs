using SQLitePCL;

namespace Merpati.Storage.Sqlite.Engine;

/// <summary>How a connection is opened.</summary>
internal enum OpenMode
{
    /// <summary>For reading only; the file must be there.</summary>
    Read,

    /// <summary>For writing; the file must be there.</summary>
    Write,

    /// <summary>For writing; the file is made when it is missing.</summary>
    Create,
}

/// <summary>
/// One connection to SQLite with its prepared statements. For one thread at a time; every failure is a <see cref="SqliteFailure"/>.
/// </summary>
internal sealed class Database : IDisposable
{
    private const int NoCheckpointOnClose = 1006; // sqlite3.h: SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE
    private const int PlansAreStable = 1007; // sqlite3.h: SQLITE_DBCONFIG_ENABLE_QPSG
    private const int CacheWrite = 9; // sqlite3.h: SQLITE_DBSTATUS_CACHE_WRITE
    private const int MemoryStatus = 9; // sqlite3.h: SQLITE_CONFIG_MEMSTATUS
    private const uint Persistent = 1; // sqlite3.h: SQLITE_PREPARE_PERSISTENT
    private const int BusyMilliseconds = 5000;

    private readonly sqlite3 _handle;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    static Database()
    {
        Batteries_V2.Init();
        _ = raw.sqlite3_config(MemoryStatus, 0); // counting memory costs a process-wide lock per allocation; refused if SQLite already runs
    }

    private Database(sqlite3 handle) => _handle = handle;

    /// <summary>What was prepared so far; tests ask what it has cost.</summary>
    internal IReadOnlyCollection<Statement> StatementsUsed => _statements.Values;

    /// <summary>Whether a transaction is open.</summary>
    internal bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>The rows that the last statement has put in, changed or taken away.</summary>
    internal int RowsChanged => raw.sqlite3_changes(_handle);

    internal static Database Open(string path, OpenMode mode)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | mode switch
        {
            OpenMode.Read => raw.SQLITE_OPEN_READONLY,
            OpenMode.Write => raw.SQLITE_OPEN_READWRITE,
            _ => raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE,
        };
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        if (code != raw.SQLITE_OK)
        {
            using (handle) throw Failure(handle, "open");
        }

        _ = raw.sqlite3_extended_result_codes(handle, 1);
        _ = raw.sqlite3_busy_timeout(handle, BusyMilliseconds);
        _ = raw.sqlite3_db_config(handle, PlansAreStable, 1, out _); // else a statement may be prepared anew whenever another value is bound to it
        return new Database(handle);
    }

    internal static SqliteFailure Failure(sqlite3 handle, string during) =>
        new(raw.sqlite3_extended_errcode(handle), raw.sqlite3_errmsg(handle).utf8_to_string(), during);

    /// <summary>The statement of this text, prepared at most once; dispose it when its run is over.</summary>
    internal Statement Use(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement)) return statement;
        if (raw.sqlite3_prepare_v3(_handle, sql, Persistent, out var handle) != raw.SQLITE_OK) throw Failure(_handle, sql);
        statement = new Statement(_handle, handle, sql);
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>Runs one or more statements that are not worth keeping.</summary>
    internal void Execute(string sql)
    {
        if (raw.sqlite3_exec(_handle, sql) != raw.SQLITE_OK) throw Failure(_handle, sql);
    }

    /// <summary>The first column of the first row, which must be there.</summary>
    internal long Number(string sql)
    {
        using var statement = Use(sql);
        return statement.Step() ? statement.Int64(0) : throw new SqliteFailure(raw.SQLITE_CORRUPT, "no answer", sql);
    }

    internal void SetBusyTimeout(int milliseconds) => _ = raw.sqlite3_busy_timeout(_handle, milliseconds);

    internal void ResetBusyTimeout() => SetBusyTimeout(BusyMilliseconds);

    /// <summary>
    /// Moves frames of the WAL into the database; false when a reader or another checkpoint stood in the way.
    /// <paramref name="frames"/> is what the WAL holds, <paramref name="moved"/> how many of these are in the database now.
    /// </summary>
    internal bool Checkpoint(int mode, out int frames, out int moved)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out frames, out moved);
        if (code == raw.SQLITE_OK) return true;
        if ((code & 0xff) == raw.SQLITE_BUSY) return false;
        throw Failure(_handle, "checkpoint");
    }

    /// <summary>The pages written since the last call: in WAL mode the frames that the WAL has grown by.</summary>
    internal int TakePagesWritten() => raw.sqlite3_db_status(_handle, CacheWrite, out var pages, out _, 1) == raw.SQLITE_OK ? pages : 0;

    /// <summary>Closing shall leave the WAL as it is.</summary>
    internal void LeaveWalOnClose() => _ = raw.sqlite3_db_config(_handle, NoCheckpointOnClose, 1, out _);

    /// <summary>Ends what the connection is doing with SQLITE_INTERRUPT; the one call that another thread may make.</summary>
    internal void Interrupt() => raw.sqlite3_interrupt(_handle);

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Close();
        _statements.Clear();
        _handle.Dispose();
    }
}
