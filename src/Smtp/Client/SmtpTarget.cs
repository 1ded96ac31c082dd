using System.Net;

namespace Merpati.Smtp.Client;

/// <summary>What is asked of TLS before anything is sent.</summary>
public enum SmtpTlsUse
{
    /// <summary>TLS where it is offered and works, whatever the certificate (RFC 7435).</summary>
    Opportunistic,

    /// <summary>No TLS.</summary>
    None,

    /// <summary>TLS, whatever the certificate.</summary>
    Required,

    /// <summary>TLS with a certificate that is valid for the server's name.</summary>
    Verified,
}

/// <summary>A server to connect to, and how.</summary>
/// <param name="Name">Its name, for TLS and for logging in.</param>
/// <param name="Address">Its address and port.</param>
public sealed record SmtpTarget(string Name, IPEndPoint Address)
{
    /// <summary>What is asked of TLS.</summary>
    public SmtpTlsUse Tls { get; init; }

    /// <summary>Whether TLS begins with the connection (RFC 8314 §3.3).</summary>
    public bool IsImplicitTls { get; init; }

    /// <summary>Whether LMTP is spoken (RFC 2033).</summary>
    public bool IsLmtp { get; init; }

    /// <summary>The user as whom we log in; null not to.</summary>
    public string? User { get; init; }

    /// <summary>The user's password; never shown.</summary>
    public string? Password { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Address}";
}
