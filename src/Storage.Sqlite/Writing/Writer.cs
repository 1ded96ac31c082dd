using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Upkeep;

namespace Merpati.Storage.Sqlite.Writing;

/// <summary>
/// The one thread that changes the store. It takes all that waits, makes it one transaction, and tells the callers after the commit: the fsync
/// is shared by all of them. When one change of a transaction fails, the transaction is undone and its changes are made one by one.
/// </summary>
internal sealed class Writer
{
    private readonly Database _database;
    private readonly SqliteStoreOptions _options;
    private readonly Breaker _breaker;
    private readonly StoreUpkeep _upkeep;
    private readonly ChangeQueue _queue = new();
    private readonly WriteTransaction _transaction;
    private readonly List<Change> _batch = [];
    private readonly Thread _thread;

    internal Writer(Database database, SqliteStoreOptions options, Breaker breaker, StoreUpkeep upkeep)
    {
        _database = database;
        _options = options;
        _breaker = breaker;
        _upkeep = upkeep;
        _transaction = new WriteTransaction(database, options.TimeProvider);
        _breaker.OnBroken(_queue.Close);
        _thread = new Thread(Run) { IsBackground = true, Name = "merpati store writer" };
    }

    internal void Start() => _thread.Start();

    /// <summary>Wakes the writer for its upkeep.</summary>
    internal void Wake() => _queue.Wake();

    /// <summary>Makes a change; returns when it is durable. A caller that gives up early enough takes it back.</summary>
    internal Task<T> MakeAsync<T>(Change<T> change, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        change.WithdrawOn(cancellation);
        if (_queue.TryAdd(change) is { } refusal) change.Fail(refusal);
        return change.Task;
    }

    /// <summary>Makes what still waits, then ends the thread.</summary>
    internal void Stop()
    {
        _queue.Close(new StoreException(StoreFailure.CannotOpen, "the store has been closed"));
        if (_thread.IsAlive) _thread.Join();
    }

    private void Run()
    {
        while (_queue.Take(_batch, _upkeep.IsDue))
        {
            if (_breaker.Reason is not null || (_batch.Count > 0 && !TryMakeTogether())) MakeOneByOne();
            _batch.Clear();
            if (_breaker.Reason is null) Keep();
        }
    }

    private void Keep()
    {
        try
        {
            _upkeep.Run(isIdle: _queue.IsEmpty);
        }
        catch (SqliteFailure failure)
        {
            Undo();
            _ = Explain(failure);
            _upkeep.Postpone();
            if (FailureTable.Classify(failure) is not StoreFailure.Busy and not StoreFailure.NoSpace) _options.Notice?.Invoke($"upkeep of the store failed: {failure.Message}");
        }
    }

    private bool TryMakeTogether()
    {
        try
        {
            Begin();
            foreach (var change in _batch) change.Apply(_transaction);
            Commit();
        }
        catch (Exception failure)
        {
            // Only a failure that says nothing of the disk is worth a second look: a change alone may succeed where all together did not.
            Undo();
            if (_batch.Count > 1 && _breaker.Reason is null && !IsFinal(failure)) return false;
            var explained = Explain(failure);
            Answers.Give(_batch, explained);
            return true;
        }

        Answers.Give(_batch, failure: null);
        return true;
    }

    private void MakeOneByOne()
    {
        foreach (var change in _batch)
        {
            if (_breaker.Reason is { } broken)
            {
                Answers.Give(change, broken);
                continue;
            }

            try
            {
                Begin();
                change.Apply(_transaction);
                Commit();
            }
            catch (Exception failure)
            {
                Undo();
                Answers.Give(change, Explain(failure));
                continue;
            }

            Answers.Give(change, failure: null);
        }
    }

    private void Begin() => _database.Use("BEGIN IMMEDIATE").Run();

    private void Commit()
    {
        _transaction.Counters.Settle();
        _transaction.Queue.Settle();
        if (_options.CommitFault?.Invoke() is { } fault) throw fault;
        _database.Use("COMMIT").Run();
        _upkeep.Written(_database.TakePagesWritten());
        if (_transaction.TakeReleases()) _upkeep.Look();
    }

    private void Undo()
    {
        _transaction.Forget();
        try
        {
            if (_database.InTransaction) _database.Use("ROLLBACK").Run();
        }
        catch (SqliteFailure failure)
        {
            _breaker.Break(new StoreException(StoreFailure.Broken, $"the store could not undo a change: {failure.Message}", failure));
        }
    }

    // Busy: all would wait again. Broken: nothing is tried twice.
    private static bool IsFinal(Exception failure) =>
        failure is SqliteFailure sqlite && FailureTable.Classify(sqlite) is StoreFailure.Broken or StoreFailure.Busy;

    private Exception Explain(Exception failure)
    {
        if (failure is not SqliteFailure sqlite) return failure;
        var explained = FailureTable.WhileWriting(sqlite);
        if (explained.Failure == StoreFailure.Broken) _breaker.Break(explained);
        return explained;
    }
}
