using System.Text;
using SQLitePCL;

namespace Merpati.Storage.Sqlite.Engine;

/// <summary>
/// One prepared statement of one connection, kept for the next use. Disposing only resets it: <see cref="Close"/> is for the connection.
/// Parameters count from 1, columns from 0.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _handle;
    private readonly string _sql;

    internal Statement(sqlite3 connection, sqlite3_stmt handle, string sql)
    {
        _connection = connection;
        _handle = handle;
        _sql = sql;
    }

    internal Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_handle, parameter, value));
        return this;
    }

    internal Statement Bind(int parameter, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(_handle, parameter, number) : raw.sqlite3_bind_null(_handle, parameter));
        return this;
    }

    internal Statement Bind(int parameter, string? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(_handle, parameter) : raw.sqlite3_bind_text(_handle, parameter, value));
        return this;
    }

    /// <summary>Binds octets; SQLite takes a copy of its own, so that the span is free at once.</summary>
    internal Statement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(_handle, parameter, value));
        return this;
    }

    /// <summary>Goes to the next row; false when there is none.</summary>
    internal bool Step()
    {
        var code = raw.sqlite3_step(_handle);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        throw Database.Failure(_connection, _sql);
    }

    /// <summary>Runs a statement without rows and makes it ready for the next time.</summary>
    internal void Run()
    {
        try
        {
            while (Step())
            {
                // A pragma may answer with a row that nobody needs.
            }
        }
        finally
        {
            _ = raw.sqlite3_reset(_handle);
        }
    }

    internal long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

    internal long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    internal bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    internal string Text(int column) => TextOrNull(column) ?? "";

    internal string? TextOrNull(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(Blob(column));

    /// <summary>The octets of a column, valid until the statement moves.</summary>
    internal ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_handle, column);

    /// <summary>Ends the run, and with it any read transaction that the statement alone held open.</summary>
    public void Dispose() => _ = raw.sqlite3_reset(_handle); // repeats the code of the last step, which has been thrown already

    /// <summary>What it has cost since it was prepared, by one of SQLITE_STMTSTATUS.</summary>
    internal long Count(int what) => raw.sqlite3_stmt_status(_handle, what, 0);

    internal void Close() => _handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw Database.Failure(_connection, _sql);
    }
}
