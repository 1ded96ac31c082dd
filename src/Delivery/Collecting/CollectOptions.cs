using Merpati.Storage;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery.Collecting;

/// <summary>How messages are collected.</summary>
public sealed record CollectOptions
{
    /// <summary>The name of this host in trace fields.</summary>
    public required string HostName { get; init; }

    /// <summary>The directory for messages too large to wait in memory; made when it is missing. On the disk of the store, best.</summary>
    public required string SpoolDirectory { get; init; }

    /// <summary>The directory of the files that keep two runs over one source apart, the same for all processes on a store; made when it is missing.</summary>
    public required string LockDirectory { get; init; }

    /// <summary>The largest message, in octets, without this host's trace fields. A larger one stays where it is.</summary>
    public long MaxMessageBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary>The octets of one message that wait in memory; a larger one waits on disk.</summary>
    public int SpoolThreshold { get; init; } = 128 * 1024;

    /// <summary>How long messages stay in an inbox for which nothing is set. For ever by default.</summary>
    public Retention Retention { get; init; } = Retention.Forever;
}

/// <summary>What collecting works with.</summary>
/// <param name="Store">Where messages and sources are kept.</param>
/// <param name="Maildrops">Opens the maildrops.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Where the log goes.</param>
public sealed record CollectSurroundings(IMailStore Store, IRemoteMaildrops Maildrops, TimeProvider Time, ILoggerFactory Loggers)
{
    /// <summary>Where messages go: the store's.</summary>
    public IMessageStore Messages { get; init; } = Store.Messages;
}
