using System.Net;

namespace Merpati.Pop3.Client;

/// <summary>What is asked of TLS before anything is sent.</summary>
public enum Pop3TlsUse
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

/// <summary>A maildrop to connect to, and how.</summary>
/// <param name="Name">The server's name, for TLS and for logging in.</param>
/// <param name="Address">The server's address and port.</param>
public sealed record Pop3Target(string Name, IPEndPoint Address)
{
    /// <summary>What is asked of TLS.</summary>
    public Pop3TlsUse Tls { get; init; }

    /// <summary>Whether TLS begins with the connection (RFC 8314 §3.3).</summary>
    public bool IsImplicitTls { get; init; }

    /// <summary>The user as whom we log in; null not to.</summary>
    public string? User { get; init; }

    /// <summary>The user's password; never shown.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Whether APOP, CRAM-MD5 and DIGEST-MD5 may be used, from which a listener can guess at the password. Where no TLS is asked for at all they are
    /// used in any case: what comes after them is the password as it is.
    /// </summary>
    public bool AllowApop { get; init; }

    /// <summary>The only way to log in that is tried, as in <see cref="Pop3Login.Only"/>; one that a listener can guess from is meant to be used, then. Null for the strongest.</summary>
    public string? OnlyWay { get; init; }

    /// <summary>Whether the server is asked, before the login, for messages as they are where it knows UTF8 (RFC 6856 §2); it may alter them otherwise. On by default.</summary>
    public bool UseUtf8 { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Address}";
}
