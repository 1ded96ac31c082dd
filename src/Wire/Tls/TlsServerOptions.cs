using System.Security.Cryptography.X509Certificates;

namespace Merpati.Wire.Tls;

/// <summary>How one protocol of this server speaks TLS.</summary>
public sealed record TlsServerOptions
{
    /// <summary>The certificates to choose from.</summary>
    public required IServerCertificates Certificates { get; init; }

    /// <summary>
    /// The application protocols that are spoken here, such as "pop3" (RFC 7301). A client that offers only others is refused; one that
    /// offers none is served. Empty: what clients offer is not looked at.
    /// </summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>
    /// When set, clients are asked for a certificate, which they need not have. It counts only when it leads to a self-signed one of these;
    /// the others of these may be links on the way.
    /// </summary>
    public X509Certificate2Collection? ClientAuthorities { get; init; }

    /// <summary>How long a handshake may take as a whole.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
