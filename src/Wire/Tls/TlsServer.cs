using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Wire.Tls;

/// <summary>
/// The TLS of one protocol of this server, 1.2 and 1.3, shared by its listeners. Sessions are resumed by ticket, and a ticket is good only
/// with the certificate under which it was given; the library lets the protocols that share a certificate share its tickets. They save the sums
/// of a handshake and nothing else: the application protocol and the client's certificate are judged each time. Safe for concurrent callers.
/// </summary>
public sealed class TlsServer
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly IServerCertificates _certificates;
    private readonly List<SslApplicationProtocol> _applicationProtocols;
    private readonly X509Certificate2Collection? _clientAuthorities;
    private readonly SslCertificateTrust? _trust;
    private readonly ConditionalWeakTable<SslStreamCertificateContext, ServedCertificate> _served = [];

    /// <summary>A server of TLS as <paramref name="options"/> say.</summary>
    public TlsServer(TlsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _certificates = options.Certificates;
        _applicationProtocols = [.. options.ApplicationProtocols.Select(name => new SslApplicationProtocol(name))];
        HandshakeTimeout = options.HandshakeTimeout;
        if (options.ClientAuthorities is not { Count: > 0 } authorities) return;
        _clientAuthorities = authorities;
        _trust = SslCertificateTrust.CreateForX509Collection(authorities, sendTrustInHandshake: true);
    }

    /// <summary>How long a handshake may take as a whole.</summary>
    public TimeSpan HandshakeTimeout { get; }

    internal ServedCertificate Choose(string? serverName) =>
        _served.GetValue(_certificates.Find(string.IsNullOrEmpty(serverName) ? null : serverName), Serve);

    /// <summary>What a handshake under <paramref name="certificate"/> is to be like; a valid certificate of the client is handed over.</summary>
    internal SslServerAuthenticationOptions Options(ServedCertificate certificate, Action<X509Certificate2> identified)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_applicationProtocols.Count > 0) options.ApplicationProtocols = _applicationProtocols;
        if (_clientAuthorities is null) return options;
        options.ClientCertificateRequired = true; // asked for; the answer below makes it optional
        options.CertificateChainPolicy = ClientPolicy(_clientAuthorities);
#pragma warning disable CA5359 // a client needs no certificate, so one that is not valid counts as none
        options.RemoteCertificateValidationCallback = (_, presented, _, errors) =>
        {
            if (errors == SslPolicyErrors.None && presented is X509Certificate2 valid) identified(valid);
            return true;
        };
#pragma warning restore CA5359
        return options;
    }

    private static X509ChainPolicy ClientPolicy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true, // a client must not choose where we connect to
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(ClientAuthentication);
        return policy;
    }

    // A context of our own: the names of the authorities, which clients choose their certificate by, are part of it.
    private ServedCertificate Serve(SslStreamCertificateContext given)
    {
        var links = new X509Certificate2Collection(given.IntermediateCertificates.ToArray());
        var own = SslStreamCertificateContext.Create(given.TargetCertificate, links, offline: true, _trust);
        return new ServedCertificate(own, ServerEndPoint.Of(given.TargetCertificate));
    }

    internal sealed record ServedCertificate(SslStreamCertificateContext Context, ReadOnlyMemory<byte> EndPoint);
}
