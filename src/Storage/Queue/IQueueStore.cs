using Merpati.Mail.Envelopes;
using Merpati.Storage.Messages;

namespace Merpati.Storage.Queue;

/// <summary>
/// What waits for other hosts (docs/queue-states.md). Rows come in by <see cref="IMessageStore.AcceptAsync"/>, in the transaction that accepts the
/// message. Every change is durable when its task completes. Nothing is loaded at start, and no call's cost grows with what waits for others.
/// Safe for concurrent callers. Throws <see cref="StoreException"/>.
/// </summary>
public interface IQueueStore
{
    /// <summary>
    /// The destinations after <paramref name="after"/> (null for the first), in the order of their names, that have a recipient WAITING and due at
    /// <paramref name="now"/>; at most <paramref name="limit"/>.
    /// </summary>
    ValueTask<IReadOnlyList<DueDestination>> ListDueAsync(DateTimeOffset now, string? after, int limit, CancellationToken cancellation);

    /// <summary>When the next WAITING recipient will be due that is not due at <paramref name="now"/>; null when there is none.</summary>
    ValueTask<DateTimeOffset?> FindNextDueAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>
    /// Arrow <c>claim</c>: takes WAITING recipients of a destination that are due, the longest due first, each message with as many of its recipients
    /// for that destination as are due, within the bounds of the request.
    /// </summary>
    ValueTask<IReadOnlyList<ClaimedSending>> ClaimAsync(ClaimRequest request, CancellationToken cancellation);

    /// <summary>
    /// Claimed recipients wait again, due at <paramref name="dueAt"/>, without an attempt having been made: where the route has changed, under another
    /// destination; where there is no time left, under the same. Those that are not claimed any more are passed over.
    /// </summary>
    ValueTask GiveBackAsync(IReadOnlyList<long> recipientIds, string destination, DateTimeOffset dueAt, CancellationToken cancellation);

    /// <summary>Prolongs the leases of recipients that are still claimed.</summary>
    ValueTask ProlongAsync(IReadOnlyList<long> recipientIds, DateTimeOffset leaseEnds, CancellationToken cancellation);

    /// <summary>
    /// The arrows <c>deliver</c>, <c>defer</c> and <c>fail</c>: records the results and accepts the notices they cause, in one transaction. Results for
    /// recipients that are not there any more are passed over; when none of them is, neither are the notices accepted, so that the same settlement twice
    /// is as good as once. A notice that cannot be stored, since its mailbox is gone or by the quotas that it asks to hold, is dropped: nobody is left to
    /// be told. The sending goes with its last recipient, and the body with its last reference.
    /// </summary>
    ValueTask SettleAsync(Settlement settlement, CancellationToken cancellation);

    /// <summary>
    /// Arrow <c>lapse</c>: claimed recipients whose lease has ended by <paramref name="now"/> wait again, due at once. Returns how many.
    /// <see cref="DateTimeOffset.MaxValue"/> ends every lease, as at a start.
    /// </summary>
    ValueTask<int> LapseAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Opens the text of a sending for reading, its own trace on top; null when it is gone.</summary>
    ValueTask<IMessageReader?> OpenAsync(long sendingId, CancellationToken cancellation);

    /// <summary>The queue's recipients that fit, by number, after <paramref name="afterId"/> (0 for the first), at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<QueueEntry>> ListAsync(QueueFilter filter, long afterId, int limit, CancellationToken cancellation);

    /// <summary>What waits, by destination and last reply, the largest first, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<QueueCount>> CountAsync(int limit, CancellationToken cancellation);

    /// <summary>
    /// The destinations for which anything waits that are the domain or, <paramref name="withBelow"/>, lie below it, in the order of their names, at most
    /// <paramref name="limit"/>; each with how many recipients have it.
    /// </summary>
    ValueTask<IReadOnlyList<DestinationCount>> FindDestinationsAsync(string domain, bool withBelow, int limit, CancellationToken cancellation);

    /// <summary>A number that is another one after every <see cref="QueueChange.Retry"/> and <see cref="QueueChange.Release"/>, by whatever process.</summary>
    ValueTask<long> ReadUrgencyAsync(CancellationToken cancellation);

    /// <summary>
    /// The attempts for the recipients of a queue id, the oldest first, those of recipients that are gone too while they are kept; at most the last
    /// 10,000. Of one recipient the last 100 are kept.
    /// </summary>
    ValueTask<IReadOnlyList<AttemptRecord>> ReadAttemptsAsync(QueueId id, CancellationToken cancellation);

    /// <summary>
    /// The arrows <c>hold</c>, <c>release</c>, <c>retry</c> and <c>remove</c>, for all that fits the filter and was there when it began. Returns for how
    /// many. What is claimed is left alone by all of them. Each recipient changes at once, but a great number in several transactions: what was changed
    /// stays so when it is cancelled or fails on the way.
    /// </summary>
    ValueTask<int> ChangeAsync(QueueChange change, QueueFilter filter, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Forgets attempts older than <paramref name="before"/> whose recipient is gone, a bounded number a call; returns how many.</summary>
    ValueTask<int> ForgetAttemptsAsync(DateTimeOffset before, CancellationToken cancellation);
}
