using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Wire.Tls;

/// <summary>Judges the certificate of the server in one handshake of a client.</summary>
internal sealed class ServerVerifier(TlsClientOptions options)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private X509Certificate2? _certificate;
    private string? _fault;

    /// <summary>Why the certificate was refused; null when it was not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What the handshake is to be like.</summary>
    public SslClientAuthenticationOptions Handshake()
    {
        var handshake = new SslClientAuthenticationOptions
        {
            TargetHost = options.TargetName,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            AllowTlsResume = false,
            ClientCertificateContext = options.ClientCertificate,
            CertificateChainPolicy = Policy(),
        };
        handshake.RemoteCertificateValidationCallback = (_, presented, chain, errors) => Judge(presented as X509Certificate2, chain, errors);
        return handshake;
    }

    /// <summary>What the handshake came to.</summary>
    public TlsSession SessionOf(SslStream stream) =>
        new(stream, _certificate is null ? default : ServerEndPoint.Of(_certificate), clientCertificate: null) { ServerCertificate = _certificate, IsVerified = _fault is null, VerificationFault = _fault };

    private bool Judge(X509Certificate2? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        // The library's own goes with its stream; bindings and logs may look at it later.
        _certificate = presented is null ? null : X509CertificateLoader.LoadCertificate(presented.RawDataMemory.Span);
        _fault = FaultOf(presented, chain, errors);
        Refusal = presented is null || options.Verification == TlsVerification.Verified ? _fault : null;
        return Refusal is null;
    }

    private string? FaultOf(X509Certificate2? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        if (presented is null) return "the server has shown no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)) return FaultOf(chain);

        // RFC 9525 §2: the common name does not count.
        return IsForTarget(presented) ? null : $"the server's certificate is not for {options.TargetName}";
    }

    private static string FaultOf(X509Chain? chain)
    {
        var flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, status) => all | status.Status) ?? X509ChainStatusFlags.NoError;
        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid)) return "the server's certificate, or one that vouches for it, has expired or is not valid yet";
        if ((flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0) return "nobody we trust vouches for the server's certificate";
        return $"the server's certificate is not valid: {flags}";
    }

    private bool IsForTarget(X509Certificate2 certificate)
    {
        try
        {
            return certificate.MatchesHostname(options.TargetName, allowWildcards: true, allowCommonName: false);
        }
        catch (Exception odd) when (odd is CryptographicException or ArgumentException)
        {
            return false; // its names are malformed
        }
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true, // a server must not choose where else we connect to
        };
        policy.ApplicationPolicy.Add(ServerAuthentication);
        if (options.Authorities is null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(options.Authorities);
        return policy;
    }
}
