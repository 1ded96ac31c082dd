using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Collecting;
using Merpati.Storage.Sqlite.Reading;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Collecting;

/// <summary>What is collected from other servers, in SQLite. Nothing is cached: what another process changes holds from the next question on.</summary>
internal sealed class SqliteCollectStore : ICollectStore
{
    private const int AskedAtOnce = 10_000;
    private const int ForgottenAtOnce = 500;

    private readonly ReaderPool _readers;
    private readonly Writer _writer;

    internal SqliteCollectStore(ReaderPool readers, Writer writer)
    {
        _readers = readers;
        _writer = writer;
    }

    public ValueTask<CollectSource?> PutAsync(NewCollectSource source, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(source.Server);
        if (source.Interval is { } interval) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        return ChangeAsync(transaction => SourceChanges.Put(transaction, source), cancellation);
    }

    public ValueTask<ChangeOutcome> RemoveAsync(EmailAddress account, string server, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(server);
        return ChangeAsync(transaction => SourceChanges.Remove(transaction, account, server), cancellation);
    }

    public ValueTask<CollectSource?> FindAsync(EmailAddress account, string server, CancellationToken cancellation) =>
        _readers.ReadAsync((account, server), SourceRows.Find, cancellation);

    public ValueTask<IReadOnlyList<CollectSource>> ListAsync(EmailAddress? account, CancellationToken cancellation) =>
        _readers.ReadLongAsync(account, SourceRows.List, cancellation);

    public ValueTask<IReadOnlyList<string>> FindNewAsync(long sourceId, IReadOnlyList<string> uniqueIds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(uniqueIds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(uniqueIds.Count, AskedAtOnce);
        foreach (var uniqueId in uniqueIds) CollectedRows.Check(uniqueId);
        return _readers.ReadLongAsync((sourceId, uniqueIds), CollectedRows.FindNew, cancellation);
    }

    public async ValueTask ForgetAsync(long sourceId, IReadOnlyCollection<string> uniqueIds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(uniqueIds);
        foreach (var uniqueId in uniqueIds) CollectedRows.Check(uniqueId);
        foreach (var part in uniqueIds.Chunk(ForgottenAtOnce))
        {
            _ = await ChangeAsync(transaction => CollectedRows.Forget(transaction.Database, sourceId, part), cancellation);
        }
    }

    public ValueTask<IReadOnlyList<string>> ReadCollectedAsync(long sourceId, string? after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _readers.ReadLongAsync((sourceId, after, limit), CollectedRows.Read, cancellation);
    }

    public async ValueTask RecordRunAsync(long sourceId, CollectRun run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        _ = await ChangeAsync(transaction => SourceChanges.RecordRun(transaction, sourceId, run), cancellation);
    }

    // None of these touches a mailbox.
    private ValueTask<T> ChangeAsync<T>(Func<WriteTransaction, T> change, CancellationToken cancellation) =>
        new(_writer.MakeAsync(new SmallChange<T>(change, touchesMailboxes: false), cancellation));
}
