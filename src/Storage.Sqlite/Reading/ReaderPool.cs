using System.Collections.Concurrent;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Reading;

/// <summary>
/// A few connections for reading, opened when they are first needed. A query runs to its end before its connection goes back, so that no read
/// transaction outlives the call: the WAL could not be moved into the database behind it.
/// </summary>
internal sealed class ReaderPool : IAsyncDisposable
{
    private const string Setup = "PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY";

    private readonly string _path;
    private readonly int _size;
    private readonly SemaphoreSlim _free;
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile bool _disposed;
    private volatile bool _closed;

    internal ReaderPool(string path, int size)
    {
        _path = path;
        _size = size;
        _free = new SemaphoreSlim(size, size);
    }

    /// <summary>Runs a query on one of the connections; waits for one when all are in use.</summary>
    internal ValueTask<T> ReadAsync<TArgument, T>(TArgument argument, Func<Database, TArgument, T> query, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellation.ThrowIfCancellationRequested();
        return _free.Wait(0, CancellationToken.None)
            ? new ValueTask<T>(Read(argument, query))
            : ReadLaterAsync(argument, query, cancellation);
    }

    /// <summary>As <see cref="ReadAsync"/>, for a query that may take long: the caller's thread, which may serve other sessions, is not kept.</summary>
    internal async ValueTask<T> ReadLongAsync<TArgument, T>(TArgument argument, Func<Database, TArgument, T> query, CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await ReadAsync(argument, query, cancellation);
    }

    /// <summary>Waits for the queries that run, then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        for (var i = 0; i < _size; i++) await _free.WaitAsync();
        _closed = true;
        foreach (var database in _idle) database.Dispose();
        _free.Release(_size); // who still waits is told
    }

    private async ValueTask<T> ReadLaterAsync<TArgument, T>(TArgument argument, Func<Database, TArgument, T> query, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        return Read(argument, query);
    }

    private T Read<TArgument, T>(TArgument argument, Func<Database, TArgument, T> query)
    {
        Database? database = null;
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_idle.TryTake(out database)) database = Open();
            return query(database, argument);
        }
        catch (SqliteFailure failure)
        {
            throw FailureTable.WhileReading(failure);
        }
        finally
        {
            if (database is not null) _idle.Add(database);
            _free.Release();
        }
    }

    private Database Open()
    {
        var database = Database.Open(_path, OpenMode.Read);
        try
        {
            database.Execute(Setup);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
