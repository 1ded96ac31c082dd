using Merpati.Auth.Throttle;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Collecting;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Files;
using Merpati.Storage.Sqlite.Messages;
using Merpati.Storage.Sqlite.Opening;
using Merpati.Storage.Sqlite.Queue;
using Merpati.Storage.Sqlite.Reading;
using Merpati.Storage.Sqlite.Throttle;
using Merpati.Storage.Sqlite.Upkeep;
using Merpati.Storage.Sqlite.Verifying;
using Merpati.Storage.Sqlite.Writing;
using SQLitePCL;

namespace Merpati.Storage.Sqlite;

/// <summary>
/// The embedded store: one SQLite database in WAL mode with <c>synchronous=FULL</c>, one writer thread that shares each commit among all who
/// wait, a few connections for reading. Dispose it to end in good order; a process that is killed loses nothing that was acknowledged.
/// </summary>
public sealed class SqliteMailStore : IMailStore
{
    private const int Readers = 4;

    // Checkpoints are never made in the middle of a commit: Checkpointer makes them, or whoever closes the store last.
    private const string WriterSetup = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384
        """;

    private const string CheckpointSetup = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -256";

    // Housekeeping that another process has left, such as the messages of an account removed by a command.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    private readonly StoreFolder _folder;
    private readonly StoreLock? _lock;
    private readonly Breaker _breaker = new();
    private readonly Database _database;
    private readonly ReaderPool _readers;
    private readonly Writer _writer;
    private readonly Checkpointer? _checkpointer;
    private readonly StoreUpkeep _upkeep;
    private readonly ITimer? _looking;
    private readonly Action<string>? _notice;
    private bool _disposed;

    private SqliteMailStore(StoreFolder folder, StoreLock? held, SqliteStoreOptions options)
    {
        _folder = folder;
        _lock = held;
        _notice = options.Notice;
        _database = Connect(folder.Database, WriterSetup);
        _checkpointer = options.Exclusive ? MakeCheckpointer(options) : null;
        _upkeep = new StoreUpkeep(_database, _checkpointer, options.TimeProvider);
        _writer = new Writer(_database, options, _breaker, _upkeep);
        _readers = new ReaderPool(folder.Database, Readers);
        Accounts = new SqliteAccountStore(_readers, _writer);
        Addresses = new SqliteAddressStore(_readers, _writer);
        Throttle = new SqliteThrottleLedger(_readers, _writer, options.TimeProvider);
        Messages = new SqliteMessageStore(_readers, _writer, new DiskRoom(folder.Root, options.ReserveBytes, options.TimeProvider), new SnapshotCache(options.KeepSnapshotsFrom));
        Queue = new SqliteQueueStore(_readers, _writer);
        Collecting = new SqliteCollectStore(_readers, _writer);
        _checkpointer?.Start(_writer.Wake);
        _writer.Start();
        if (_checkpointer is null) return;
        _looking = options.TimeProvider.CreateTimer(_ =>
        {
            _upkeep.Look();
            _writer.Wake();
        }, null, LookInterval, LookInterval);
    }

    /// <inheritdoc/>
    public IAccountStore Accounts { get; }

    /// <inheritdoc/>
    public IAddressStore Addresses { get; }

    /// <inheritdoc/>
    public IThrottleLedger Throttle { get; }

    /// <inheritdoc/>
    public IMessageStore Messages { get; }

    /// <inheritdoc/>
    public IQueueStore Queue { get; }

    /// <inheritdoc/>
    public ICollectStore Collecting { get; }

    /// <inheritdoc/>
    public Task<StoreException> Broken => _breaker.Broken;

    /// <summary>
    /// Opens the store of a data directory; makes one where there has never been one, and brings an older one to the version of this program
    /// after taking a snapshot of it. Throws <see cref="StoreException"/> with one line for an administrator when it cannot.
    /// </summary>
    public static async ValueTask<SqliteMailStore> OpenAsync(SqliteStoreOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = new StoreFolder(options.DataDirectory);
        var opening = new StoreOpening(folder, options);
        await OpenStores.BeginOpeningAsync(cancellation);
        StoreLock? held = null;
        try
        {
            held = await opening.RunAsync(cancellation);
            var store = new SqliteMailStore(folder, held, options);
            OpenStores.Add(folder.Database);
            return store;
        }
        catch (SqliteFailure failure)
        {
            held?.Dispose();
            throw opening.Describe(failure);
        }
        finally
        {
            OpenStores.EndOpening();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> VerifyAsync(IProgress<double>? progress, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        // Minutes of reading: neither a thread of the pool nor one of the few connections for reading.
        return await Task.Factory.StartNew(() => Verify(progress, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        if (_looking is not null) await _looking.DisposeAsync();
        _writer.Stop();
        _checkpointer?.Dispose();
        await _readers.DisposeAsync();
        Close();
        OpenStores.Remove(_folder.Database);
        _lock?.Dispose();
    }

    /// <summary>Completes when nothing is left to purge and no room to give back; tests wait for it.</summary>
    internal async Task SettleAsync()
    {
        var settled = _upkeep.SettleAsync();
        _writer.Wake();
        await settled;
    }

    private Checkpointer MakeCheckpointer(SqliteStoreOptions options)
    {
        try
        {
            return new Checkpointer(Connect(_folder.Database, CheckpointSetup), _breaker, options.Notice);
        }
        catch (SqliteFailure)
        {
            _database.Dispose();
            throw;
        }
    }

    private static Database Connect(string path, string setup)
    {
        var database = Database.Open(path, OpenMode.Write);
        try
        {
            database.Execute(setup);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    // After a failed write nothing is moved any more: the WAL is what the next start reads.
    private void Close()
    {
        if (_breaker.Reason is not null)
        {
            _database.LeaveWalOnClose();
        }
        else if (_lock is not null)
        {
            try
            {
                _ = _database.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
            }
            catch (SqliteFailure failure)
            {
                _database.LeaveWalOnClose();
                _notice?.Invoke($"the write-ahead log could not be moved into the database at the end: {failure.Message}");
            }
        }

        _database.Dispose();
    }

    private IReadOnlyList<string> Verify(IProgress<double>? progress, CancellationToken cancellation)
    {
        try
        {
            using var database = Database.Open(_folder.Database, OpenMode.Read);
            return new StoreVerifier(database, progress).Run(cancellation);
        }
        catch (SqliteFailure failure)
        {
            throw FailureTable.WhileReading(failure);
        }
    }
}
