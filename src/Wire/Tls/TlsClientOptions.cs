using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Wire.Tls;

/// <summary>What is asked of a server's certificate.</summary>
public enum TlsVerification
{
    /// <summary>Nothing: TLS is better than none, and its caller goes on without when it cannot be had (RFC 7435).</summary>
    None,

    /// <summary>Nothing, but its caller does not go on without TLS.</summary>
    Required,

    /// <summary>It is valid now, for the name that is asked for, and leads to a trusted authority.</summary>
    Verified,
}

/// <summary>How a client speaks TLS, 1.2 and 1.3, with one server. Sessions are not resumed, so that nothing is kept of servers.</summary>
public sealed record TlsClientOptions
{
    /// <summary>The server's host name or address, which is asked for (RFC 6066 §3) and which its certificate must be for where that is verified.</summary>
    public required string TargetName { get; init; }

    /// <summary>What is asked of the certificate. <see cref="TlsVerification.Verified"/> by default.</summary>
    public TlsVerification Verification { get; init; } = TlsVerification.Verified;

    /// <summary>The authorities to trust; null for those of the machine.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The certificate to show where the server asks for one; null for none.</summary>
    public SslStreamCertificateContext? ClientCertificate { get; init; }

    /// <summary>How long a handshake may take as a whole. A minute by default.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
