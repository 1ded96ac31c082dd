using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl.Server;

/// <summary>
/// DIGEST-MD5 (RFC 2831) with qop "auth", for accounts with a sealed secret. No subsequent authentication: each exchange has its own nonce.
/// </summary>
internal sealed class DigestExchange(SaslServices services, SaslContext context) : SaslExchange
{
    private byte[]? _nonce;
    private Identity? _identity;

    protected override async ValueTask<SaslStep> TakeAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
    {
        // The client has seen our proof and answers with nothing (RFC 2831 §2.1.3).
        if (_identity is not null) return response is { IsEmpty: true } ? new SaslStep(SaslStatus.Granted, default, _identity) : Malformed;
        if (_nonce is null)
        {
            if (response is not null) return Malformed;
            var nonce = services.Options.NewNonce();
            _nonce = Encoding.ASCII.GetBytes(nonce);
            return new SaslStep(SaslStatus.Challenge, Encoding.ASCII.GetBytes($"realm=\"{context.HostName}\",nonce=\"{nonce}\",qop=\"auth\",algorithm=md5-sess,charset=utf-8"));
        }

        if (response is not { } message || DigestResponse.Parse(message.Span) is not { } digest) return Malformed;
        var credentials = await services.Gate.FindAsync(digest.LoginName, cancellation);
        var hasSecret = services.TryOpen(credentials, out var secret);
        var isProved = CryptographicOperations.FixedTimeEquals(digest.Terms.Response(secret), digest.Proof);
        var serverProof = digest.Terms.ServerProof(secret);
        CryptographicOperations.ZeroMemory(secret);

        var isGranted = isProved & hasSecret & IsOurs(digest) && SaslName.IsOwn(digest.AuthorizationId, digest.LoginName, credentials!.Identity);
        var attempt = new LoginAttempt(context.Address, digest.LoginName) { Account = credentials?.Identity };
        var status = await services.Gate.SettleAsync(attempt, isGranted, cancellation);
        if (status != SaslStatus.Granted) return new SaslStep(status);
        _identity = credentials!.Identity;
        return new SaslStep(SaslStatus.Challenge, (byte[])[.. "rspauth="u8, .. HexDigest.Write(serverProof)]);
    }

    // The answer is to this challenge and to this server, not carried here from elsewhere.
    private bool IsOurs(DigestResponse digest)
    {
        var realm = digest.Terms.Realm;
        return CryptographicOperations.FixedTimeEquals(digest.Terms.Nonce, _nonce)
            && (realm.Length == 0 || IsName(realm, context.HostName))
            && IsOurUri(digest.Terms.Uri);
    }

    // RFC 2831 §2.1.2: digest-uri = serv-type "/" host [ "/" serv-name ]
    private bool IsOurUri(ReadOnlySpan<byte> uri)
    {
        var slash = uri.IndexOf((byte)'/');
        if (slash < 0 || !IsName(uri[..slash], context.Service)) return false;
        var host = uri[(slash + 1)..];
        var second = host.IndexOf((byte)'/');
        if (second >= 0)
        {
            if (!IsHost(host[(second + 1)..])) return false;
            host = host[..second];
        }

        return IsHost(host);
    }

    private bool IsHost(ReadOnlySpan<byte> host)
    {
        if (IsName(host, context.HostName)) return true;
        foreach (var name in services.Options.OtherHostNames)
        {
            if (IsName(host, name)) return true;
        }

        return false;
    }

    private static bool IsName(ReadOnlySpan<byte> octets, string name) => Ascii.EqualsIgnoreCase(octets, name);
}
