using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;

namespace Merpati.Storage.Collecting;

/// <summary>
/// Maildrops on other servers whose mail is collected into accounts here, and what of them has been collected. A message is noted as collected in the
/// transaction that stores it (<see cref="Messages.Acceptance.Collected"/>), so that it comes once even across crashes. Every change is durable when its
/// task completes, and seen by every process on the same store. Safe for concurrent callers. Throws <see cref="StoreException"/>.
/// </summary>
public interface ICollectStore
{
    /// <summary>
    /// Adds a source, or changes the one with the same account and server; what has been collected from it stays known. Null when there is no such account.
    /// </summary>
    ValueTask<CollectSource?> PutAsync(NewCollectSource source, CancellationToken cancellation);

    /// <summary>Removes a source and what is known of it; <see cref="ChangeOutcome.NotFound"/> when there is none.</summary>
    ValueTask<ChangeOutcome> RemoveAsync(EmailAddress account, string server, CancellationToken cancellation);

    /// <summary>The source of an account on a server; null when there is none.</summary>
    ValueTask<CollectSource?> FindAsync(EmailAddress account, string server, CancellationToken cancellation);

    /// <summary>The sources of an account, or of all when null, by account and server.</summary>
    ValueTask<IReadOnlyList<CollectSource>> ListAsync(EmailAddress? account, CancellationToken cancellation);

    /// <summary>
    /// Which of the unique-ids have not been collected from a source, in the order given. Give at most 10,000 at a time.
    /// </summary>
    ValueTask<IReadOnlyList<string>> FindNewAsync(long sourceId, IReadOnlyList<string> uniqueIds, CancellationToken cancellation);

    /// <summary>Forgets unique-ids that the server does not have any more. Those that were not known are passed over.</summary>
    ValueTask ForgetAsync(long sourceId, IReadOnlyCollection<string> uniqueIds, CancellationToken cancellation);

    /// <summary>
    /// The unique-ids collected from a source after <paramref name="after"/> (null for the first), by their octets, at most <paramref name="limit"/>.
    /// </summary>
    ValueTask<IReadOnlyList<string>> ReadCollectedAsync(long sourceId, string? after, int limit, CancellationToken cancellation);

    /// <summary>Notes how a run over a source went; passed over when the source is gone.</summary>
    ValueTask RecordRunAsync(long sourceId, CollectRun run, CancellationToken cancellation);
}
