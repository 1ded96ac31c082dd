using Merpati.Auth.Throttle;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Storage;

/// <summary>One opened store: accounts, addresses, messages and the queue over the same engine, so that one transaction may touch them all.</summary>
public interface IMailStore : IAsyncDisposable
{
    /// <summary>Domains and accounts.</summary>
    IAccountStore Accounts { get; }

    /// <summary>What else an address can be, and what is set for domains and accounts.</summary>
    IAddressStore Addresses { get; }

    /// <summary>Temporary refusals of logins. At most 10,000 are kept; the one that was put longest ago makes room. One that has ended by the store's clock is not found.</summary>
    IThrottleLedger Throttle { get; }

    /// <summary>Messages and mailboxes.</summary>
    IMessageStore Messages { get; }

    /// <summary>What waits for other hosts.</summary>
    IQueueStore Queue { get; }

    /// <summary>What is collected from other servers.</summary>
    ICollectStore Collecting { get; }

    /// <summary>
    /// Completes with the reason when the store has broken (<see cref="StoreFailure.Broken"/>) and the process should end; never otherwise.
    /// </summary>
    Task<StoreException> Broken { get; }

    /// <summary>
    /// Reads everything and checks it against itself: the engine's own structure, counters, references, sizes. Reports progress from 0 to 1 and
    /// yields one line for each thing that is wrong; none when all is well.
    /// </summary>
    ValueTask<IReadOnlyList<string>> VerifyAsync(IProgress<double>? progress, CancellationToken cancellation);
}
