using System.Net;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Client;

namespace Merpati.Smtp.Server;

/// <summary>
/// What waits for other hosts, as far as these may ask for it: by ETRN (RFC 1985), and by ATRN (RFC 2645) or TURN (RFC 821 §3.8) over a connection whose
/// roles are reversed. Safe for concurrent callers. Throws what the queue's store throws; the client is then told to try again.
/// </summary>
public interface IMailOnDemand
{
    /// <summary>Whether there is anybody who may have the roles reversed: ATRN and TURN are offered then.</summary>
    bool HasOwners { get; }

    /// <summary>The domains whose mail a user may have sent to him by ATRN or TURN, as the configuration says; empty for none.</summary>
    IReadOnlyList<Domain> OwnedBy(EmailAddress user);

    /// <summary>Has what waits for a node sent as soon as possible, whatever the schedule says; how many recipients that is for.</summary>
    ValueTask<int> StartAsync(QueueNode node, CancellationToken cancellation);

    /// <summary>Whether anything waits for one of the domains.</summary>
    ValueTask<bool> HasMailAsync(IReadOnlyList<Domain> domains, CancellationToken cancellation);

    /// <summary>
    /// Greets the host at the other end, which has the address <paramref name="peer"/>, sends it what waits for the domains, and says QUIT. What the host does is recorded in the queue; never throws for it.
    /// </summary>
    Task CarryAsync(IReadOnlyList<Domain> domains, SmtpClient client, IPAddress? peer, CancellationToken cancellation);
}

/// <summary>What ETRN names (RFC 1985 §5.3).</summary>
/// <param name="Domain">The domain.</param>
/// <param name="WithBelow">Whether the domains below it are meant, too.</param>
public readonly record struct QueueNode(Domain Domain, bool WithBelow);
