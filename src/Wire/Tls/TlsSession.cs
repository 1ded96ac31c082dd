using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Wire.Tls;

/// <summary>What a handshake came to. Asked by the session that uses the connection, from one place at a time.</summary>
public sealed class TlsSession
{
    private readonly SslStream _stream;
    private byte[]? _exporter;

    internal TlsSession(SslStream stream, ReadOnlyMemory<byte> serverEndPoint, X509Certificate2? clientCertificate)
    {
        _stream = stream;
        Protocol = stream.SslProtocol;
        CipherSuite = stream.NegotiatedCipherSuite;
        ServerName = string.IsNullOrEmpty(stream.TargetHostName) ? null : stream.TargetHostName;
        ServerEndPoint = serverEndPoint;
        ClientCertificate = clientCertificate;
    }

    /// <summary>TLS 1.2 or 1.3.</summary>
    public SslProtocols Protocol { get; }

    /// <summary>The cipher suite.</summary>
    public TlsCipherSuite CipherSuite { get; }

    /// <summary>The server name that the client asked for (RFC 6066 §3), as it wrote it; null when it named nobody. To a server it is raw input.</summary>
    public string? ServerName { get; }

    /// <summary>The client's certificate; only one that leads to one of the authorities, null otherwise.</summary>
    public X509Certificate2? ClientCertificate { get; }

    /// <summary>The server's certificate, whoever vouches for it; null where we are the server.</summary>
    public X509Certificate2? ServerCertificate { get; internal init; }

    /// <summary>Whether the server's certificate is valid, for the name that was asked for, and led to a trusted authority; false where we are the server.</summary>
    public bool IsVerified { get; internal init; }

    /// <summary>Why the server's certificate is not verified, in words of our own; null where it is, and where we are the server.</summary>
    public string? VerificationFault { get; internal init; }

    /// <summary>The channel binding tls-server-end-point (RFC 5929 §4), without a prefix; empty where the certificate's signature defines none.</summary>
    public ReadOnlyMemory<byte> ServerEndPoint { get; }

    /// <summary>The channel binding tls-exporter (RFC 9266), 32 octets; empty when it cannot be had on this machine or with this client.</summary>
    public ReadOnlyMemory<byte> Exporter => _exporter ??= TlsExporter.ChannelBinding(_stream);
}
