using System.Net;
using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Transports;

/// <summary>A host to connect to.</summary>
/// <param name="Name">Its name, for TLS and for reports.</param>
/// <param name="Address">Its address and port.</param>
public sealed record NextHost(string Name, IPEndPoint Address);

/// <summary>The hosts of a destination, the best first, or why there are none.</summary>
/// <param name="Hosts">The hosts.</param>
/// <param name="Failure">Why there are none; null when there are some.</param>
public sealed record NextHosts(IReadOnlyList<NextHost> Hosts, HostFailure? Failure)
{
    /// <summary>No hosts.</summary>
    public static NextHosts None(AttemptOutcome outcome, string status, string text) => new([], new HostFailure(outcome, status, text));
}

/// <summary>Why a host could not be found or reached, before there was anything to say about a message.</summary>
/// <param name="Outcome">Whether it makes sense to try again: deferred or failed.</param>
/// <param name="Status">The enhanced code.</param>
/// <param name="Text">The host's reply or a sentence of our own.</param>
/// <param name="Host">The host; empty when none was found.</param>
/// <param name="Address">Its address and port; empty when there was no connection.</param>
public sealed record HostFailure(AttemptOutcome Outcome, string Status, string Text, string Host = "", string Address = "");

/// <summary>Finds the hosts that take mail for a domain. Safe for concurrent callers.</summary>
public interface INextHosts
{
    /// <summary>
    /// The hosts of a domain by DNS, or of the host that a route names. What DNS answers is never thrown: what does not exist is
    /// <see cref="AttemptOutcome.Failed"/>, what cannot be found out now is <see cref="AttemptOutcome.Deferred"/>.
    /// </summary>
    ValueTask<NextHosts> FindAsync(Domain domain, RelayRoute route, CancellationToken cancellation);

    /// <summary>The addresses of a route's fallback host.</summary>
    ValueTask<NextHosts> FindFallbackAsync(RelayHost fallback, CancellationToken cancellation);
}

/// <summary>Connects to hosts. Safe for concurrent callers.</summary>
public interface ITransport
{
    /// <summary>
    /// Connects, greets, starts TLS and logs in as the route asks. Never throws for what the peer or the network does: then there is a failure instead
    /// of a session.
    /// </summary>
    ValueTask<(ITransportSession? Session, HostFailure? Failure)> ConnectAsync(NextHost host, RelayRoute route, CancellationToken cancellation);
}

/// <summary>A connection that carries one message after the other. One caller at a time. Disposing says QUIT where that makes sense.</summary>
public interface ITransportSession : IAsyncDisposable
{
    /// <summary>Whether another message can be carried.</summary>
    bool IsUsable { get; }

    /// <summary>
    /// Carries a message to its recipients, all of them in one transaction. Never throws for what the peer does: there is a result for each recipient.
    /// <see cref="Merpati.Storage.StoreException"/> from <paramref name="text"/> is thrown on, and the session is not usable any more.
    /// </summary>
    ValueTask<CarryOutcome> CarryAsync(ClaimedSending sending, IMessageReader text, CancellationToken cancellation);
}

/// <summary>What became of one message on one connection.</summary>
/// <param name="Results">One for each recipient, in their order.</param>
/// <param name="Lost">
/// The connection was lost, or the host closed it, before the message was wholly sent: nothing has become of it, and it may be tried over another
/// connection at once.
/// </param>
public sealed record CarryOutcome(IReadOnlyList<CarryResult> Results, bool Lost = false);

/// <summary>What became of one message for one recipient.</summary>
/// <param name="RecipientId">Which.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Report">What happened.</param>
public sealed record CarryResult(long RecipientId, AttemptOutcome Outcome, AttemptReport Report)
{
    /// <summary>Whether another host of the destination may be asked at once; for what was deferred (RFC 5321 §5.1).</summary>
    public bool MayTryNextHost { get; init; }

    /// <summary>Whether the host would take it in another transaction over the same connection: it took as many at once as it wants (RFC 5321 §4.5.3.1.10).</summary>
    public bool MayRepeat { get; init; }

    /// <summary>Whether the host was told what the sender wants to be told, so that notices of success are its business (RFC 3461 §5.2.1).</summary>
    public bool NoticesPassedOn { get; init; }

    /// <summary>Whether the host delivers finally, as with LMTP.</summary>
    public bool IsFinal { get; init; }
}
