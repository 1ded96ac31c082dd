using Merpati.Mail.Envelopes;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Messages;
using Merpati.Storage.Sqlite.Reading;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>The queue in SQLite.</summary>
internal sealed class SqliteQueueStore : IQueueStore
{
    // What is listed at a time for a change, and what is changed in one transaction: acceptances do not wait for a million rows.
    private const int ListedAtOnce = 20_000;
    private const int ChangedAtOnce = 500;

    private readonly ReaderPool _readers;
    private readonly Writer _writer;

    internal SqliteQueueStore(ReaderPool readers, Writer writer)
    {
        _readers = readers;
        _writer = writer;
    }

    public ValueTask<IReadOnlyList<DueDestination>> ListDueAsync(DateTimeOffset now, string? after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _readers.ReadAsync((now, after, limit), DueListing.List, cancellation);
    }

    public ValueTask<DateTimeOffset?> FindNextDueAsync(DateTimeOffset now, CancellationToken cancellation) =>
        _readers.ReadAsync(now, DueListing.FindNext, cancellation);

    public ValueTask<IReadOnlyList<ClaimedSending>> ClaimAsync(ClaimRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.MaxSendings);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.MaxRecipients);
        return MakeAsync(transaction => Claims.Claim(transaction, request), cancellation);
    }

    public async ValueTask GiveBackAsync(IReadOnlyList<long> recipientIds, string destination, DateTimeOffset dueAt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(recipientIds);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        if (recipientIds.Count > 0) _ = await MakeAsync(transaction => Claims.GiveBack(transaction, recipientIds, destination, dueAt), cancellation);
    }

    public async ValueTask ProlongAsync(IReadOnlyList<long> recipientIds, DateTimeOffset leaseEnds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(recipientIds);
        if (recipientIds.Count > 0) _ = await MakeAsync(transaction => Claims.Prolong(transaction, recipientIds, leaseEnds), cancellation);
    }

    public async ValueTask SettleAsync(Settlement settlement, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        foreach (var notice in settlement.Notices) AcceptChange.Check(notice);
        _ = await _writer.MakeAsync(new SettleChange(settlement), cancellation);
    }

    public ValueTask<int> LapseAsync(DateTimeOffset now, CancellationToken cancellation) =>
        MakeAsync(transaction => Claims.Lapse(transaction, now), cancellation);

    public ValueTask<IMessageReader?> OpenAsync(long sendingId, CancellationToken cancellation) =>
        _readers.ReadAsync((_readers, BodyHolder.Sending(sendingId)), MessageReader.Open, cancellation);

    public ValueTask<IReadOnlyList<QueueEntry>> ListAsync(QueueFilter filter, long afterId, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _readers.ReadLongAsync((filter, afterId, limit), QueueListing.List, cancellation);
    }

    public ValueTask<IReadOnlyList<QueueCount>> CountAsync(int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _readers.ReadLongAsync(limit, QueueTally.Read, cancellation);
    }

    public ValueTask<IReadOnlyList<DestinationCount>> FindDestinationsAsync(string domain, bool withBelow, int limit, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(domain);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _readers.ReadAsync((domain, withBelow, limit), QueueTally.Find, cancellation);
    }

    public ValueTask<long> ReadUrgencyAsync(CancellationToken cancellation) => _readers.ReadAsync(0, QueueChanges.ReadUrgency, cancellation);

    public ValueTask<IReadOnlyList<AttemptRecord>> ReadAttemptsAsync(QueueId id, CancellationToken cancellation) =>
        _readers.ReadLongAsync(id, AttemptRows.Read, cancellation);

    public async ValueTask<int> ChangeAsync(QueueChange change, QueueFilter filter, DateTimeOffset now, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (QueueChanges.Narrow(change, filter) is not { } narrow) return 0;
        var last = await _readers.ReadAsync(0, QueueListing.FindLast, cancellation);
        var count = 0;
        long after = 0;
        while (true)
        {
            var numbers = await _readers.ReadLongAsync((narrow, (after, last, ListedAtOnce)), QueueListing.ListNumbers, cancellation);
            foreach (var part in numbers.Chunk(ChangedAtOnce))
                count += await MakeAsync(transaction => QueueChanges.Apply(transaction, change, part, now), cancellation);
            if (numbers.Count < ListedAtOnce) return count;
            after = numbers[^1];
        }
    }

    public ValueTask<int> ForgetAttemptsAsync(DateTimeOffset before, CancellationToken cancellation) =>
        MakeAsync(transaction => AttemptRows.Forget(transaction.Database, before), cancellation);

    private ValueTask<T> MakeAsync<T>(Func<WriteTransaction, T> work, CancellationToken cancellation) =>
        new(_writer.MakeAsync(new SmallChange<T>(work, touchesMailboxes: false), cancellation));
}
