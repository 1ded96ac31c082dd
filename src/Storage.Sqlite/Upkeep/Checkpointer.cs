using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Writing;
using SQLitePCL;

namespace Merpati.Storage.Sqlite.Upkeep;

/// <summary>
/// Moves the WAL into the database beside the writer, on a thread and a connection of its own, so that no acceptance waits for it. Under constant
/// writing it never quite catches up, and a WAL that is never wholly moved never begins anew: when little is left, the writer does that
/// little itself between two transactions.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    private const int StartFrames = 2048; // 16 MiB
    private const int LargeFrames = 8192; // 64 MiB
    private const int FewFrames = 128; // 1 MiB
    private const int MaxRounds = 3;
    private const int FinishMilliseconds = 100;

    private readonly Database _database;
    private readonly Breaker _breaker;
    private readonly Action<string>? _notice;
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Thread _thread;
    private Action? _wakeWriter;
    private volatile bool _finishWanted;
    private volatile bool _stopped;
    private bool _troubled;
    private int _written;
    private int _pending;

    internal Checkpointer(Database database, Breaker breaker, Action<string>? notice)
    {
        _database = database;
        _breaker = breaker;
        _notice = notice;
        _thread = new Thread(Run) { IsBackground = true, Name = "merpati store checkpoints" };
    }

    /// <summary>Whether the writer shall finish what is begun.</summary>
    internal bool IsFinishWanted => _finishWanted;

    internal void Start(Action wakeWriter)
    {
        _wakeWriter = wakeWriter;
        _thread.Start();
    }

    /// <summary>Counts what the writer has added to the WAL.</summary>
    internal void Written(int frames)
    {
        _written += frames;
        if (_written < StartFrames) return;
        _written = 0;
        Ask();
    }

    /// <summary>Asks for a checkpoint now.</summary>
    internal void Ask()
    {
        if (Interlocked.Exchange(ref _pending, 1) == 0) _signal.Release();
    }

    /// <summary>The writer's part, on its own connection: the little that is left, so that its next transaction begins the WAL anew.</summary>
    internal void Finish(Database writer)
    {
        _finishWanted = false;
        writer.SetBusyTimeout(FinishMilliseconds);
        try
        {
            // A reader in the middle of a query may stand in the way; another 16 MiB later it will not.
            if (writer.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART, out var frames, out _) && frames > LargeFrames)
                _ = writer.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
        }
        finally
        {
            writer.ResetBusyTimeout();
        }
    }

    /// <summary>Ends the thread and closes its connection.</summary>
    public void Dispose()
    {
        _stopped = true;
        _signal.Release();
        if (_thread.IsAlive) _thread.Join();
        _database.Dispose();
        _signal.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _signal.Wait();
            if (_stopped || _breaker.Reason is not null) return;
            Volatile.Write(ref _pending, 0);
            try
            {
                Move();
                _troubled = false;
            }
            catch (SqliteFailure failure)
            {
                Report(failure);
            }
        }
    }

    private void Move()
    {
        var frames = 0;
        var moved = 0;
        for (var round = 0; round < MaxRounds && !_stopped; round++)
        {
            var before = moved;
            if (!_database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE, out frames, out moved)) return;
            if (frames - moved <= FewFrames || moved == before) break;
        }

        if (frames < StartFrames) return;
        _finishWanted = true;
        _wakeWriter?.Invoke();
    }

    // A full disk is waited out: the WAL keeps everything. A failed fsync of the database is as final as one of the WAL.
    private void Report(SqliteFailure failure)
    {
        var explained = FailureTable.WhileWriting(failure);
        if (explained.Failure == StoreFailure.Broken) _breaker.Break(explained);
        else if (!_troubled) _notice?.Invoke($"the write-ahead log could not be moved into the database: {failure.Message}");
        _troubled = true;
    }
}
