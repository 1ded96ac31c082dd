using System.Collections.Concurrent;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Upkeep;

/// <summary>
/// What the writer does for the store between two transactions: at once while nobody waits, now and then while somebody does. Only the process
/// that holds the store exclusively does any of it. For the writer's thread, except <see cref="Look"/>.
/// </summary>
internal sealed class StoreUpkeep
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Database _database;
    private readonly Checkpointer? _checkpointer;
    private readonly TimeProvider _time;
    private readonly Purge _purge;
    private readonly Vacuum _vacuum;
    private readonly ConcurrentQueue<TaskCompletionSource> _awaited = new();
    private volatile bool _look = true;
    private bool _hasWork;
    private bool _hasVacuumed;
    private long _lastStep;

    internal StoreUpkeep(Database writer, Checkpointer? checkpointer, TimeProvider time)
    {
        _database = writer;
        _checkpointer = checkpointer;
        _time = time;
        _purge = new Purge(writer);
        _vacuum = new Vacuum(writer);
    }

    /// <summary>Whether there is more to do as soon as nobody waits.</summary>
    internal bool IsDue => _hasWork || (_look && _checkpointer is not null) || _checkpointer is { IsFinishWanted: true };

    /// <summary>There may be new work, perhaps made by another process.</summary>
    internal void Look() => _look = true;

    /// <summary>Completes when all that was there to do by now is done.</summary>
    internal Task SettleAsync()
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Enqueue(settled);
        Look();
        return settled.Task;
    }

    /// <summary>Counts the pages that a transaction has written.</summary>
    internal void Written(int pages) => _checkpointer?.Written(pages);

    /// <summary>Rests until the next <see cref="Look"/>, after a failure.</summary>
    internal void Postpone() => _hasWork = false;

    internal void Run(bool isIdle)
    {
        if (_checkpointer is null) return;
        if (_checkpointer.IsFinishWanted) _checkpointer.Finish(_database);
        if (!_look && !_hasWork) return;
        if (!isIdle && _time.GetElapsedTime(_lastStep) < Interval) return;
        var awaited = _awaited.Count;
        Step(isIdle);
        for (; !_hasWork && awaited > 0 && _awaited.TryDequeue(out var settled); awaited--) settled.TrySetResult();
        _checkpointer.Written(_database.TakePagesWritten());
        _lastStep = _time.GetTimestamp();
    }

    private void Step(bool isIdle)
    {
        _look = false;
        if (_purge.IsNeeded())
        {
            _hasWork = true;
            _purge.Step();
            return;
        }

        // Moving pages about is not worth anybody's waiting.
        if (!isIdle)
        {
            _hasWork = true;
            return;
        }

        _hasWork = _vacuum.Step();
        if (_hasWork)
        {
            _hasVacuumed = true;
        }
        else if (_hasVacuumed)
        {
            _hasVacuumed = false;
            _checkpointer!.Ask(); // the file shrinks when the WAL is moved
        }
    }
}
