using Merpati.Delivery.Queue;
using Merpati.Mail.Addresses;

namespace Merpati.Delivery.Routing;

/// <summary>What is asked of TLS on the way to the next host.</summary>
public enum TlsPolicy
{
    /// <summary>TLS where the host offers it, whatever its certificate; plain text elsewhere (RFC 7435).</summary>
    Opportunistic,

    /// <summary>No TLS.</summary>
    None,

    /// <summary>TLS, whatever the certificate; without it nothing is sent.</summary>
    Required,

    /// <summary>TLS with a certificate that is valid for the host's name; without it nothing is sent.</summary>
    Verified,
}

/// <summary>A host that is named by configuration.</summary>
/// <param name="Name">Its name, or an address; its MX records are not asked for.</param>
/// <param name="Port">Its port.</param>
public sealed record RelayHost(string Name, int Port);

/// <summary>How we log in at the next host.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Password">The password; never shown.</param>
public sealed record RelayCredentials(string User, string Password)
{
    /// <inheritdoc/>
    public override string ToString() => User;
}

/// <summary>How what is addressed to some domains, or comes from some, is carried.</summary>
/// <param name="Name">
/// The name of the destination under which what goes to the route's own <see cref="Host"/> is scheduled; what goes where DNS says is scheduled by domain.
/// </param>
public sealed record RelayRoute(string Name)
{
    /// <summary>Where to; null to ask DNS about the recipient's domain.</summary>
    public RelayHost? Host { get; init; }

    /// <summary>Where to when none of the hosts can be reached; null for nowhere.</summary>
    public RelayHost? Fallback { get; init; }

    /// <summary>What is asked of TLS.</summary>
    public TlsPolicy Tls { get; init; }

    /// <summary>Whether TLS begins with the connection (RFC 8314 §3.3).</summary>
    public bool IsImplicitTls { get; init; }

    /// <summary>How we log in; null not to.</summary>
    public RelayCredentials? Credentials { get; init; }

    /// <summary>Whether LMTP is spoken (RFC 2033): the next host delivers finally.</summary>
    public bool IsLmtp { get; init; }

    /// <summary>Whether the hosts may have private or loopback addresses. A <see cref="Host"/> given here always may.</summary>
    public bool AllowsPrivate { get; init; }

    /// <summary>Whether nobody is connected to: what goes this way waits until its owner asks for it with ATRN or TURN.</summary>
    public bool IsOnDemand { get; init; }

    /// <summary>When it is tried; null as everywhere.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>The most connections at once; null as everywhere.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>The destination under which a recipient is scheduled.</summary>
    public string DestinationOf(EmailAddress recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return Host is not null && Name.Length > 0 ? Name : recipient.Domain.Name;
    }
}
