using System.Security.Cryptography;
using System.Text;

namespace Merpati.Auth.Sasl.Client;

/// <summary>DIGEST-MD5 (RFC 2831) with qop "auth", client side. A server that does not prove that it knows the password is not believed.</summary>
internal sealed class DigestClient(SaslCredentials credentials, SaslClientContext context) : ISaslClientExchange
{
    private const int MaxChallenge = 2048; // RFC 2831 §2.1.1

    private byte[] _serverProof = [];
    private Phase _phase;

    private enum Phase
    {
        Challenge,
        Proof,
        Proved,
        Over,
    }

    public string Mechanism => SaslMechanisms.DigestMd5;

    public ReadOnlyMemory<byte>? Start() => null;

    public SaslClientStep Next(ReadOnlyMemory<byte> challenge)
    {
        var phase = _phase;
        _phase = Phase.Over;
        if (phase == Phase.Challenge) return Answer(challenge.Span);
        if (phase != Phase.Proof || !IsGenuine(challenge.Span)) return default;
        _phase = Phase.Proved;
        return new SaslClientStep(true);
    }

    public bool AcceptsSuccess(ReadOnlyMemory<byte> octets = default)
    {
        var phase = _phase;
        _phase = Phase.Over;
        return phase == Phase.Proved ? octets.IsEmpty : phase == Phase.Proof && IsGenuine(octets.Span);
    }

    public void Dispose()
    {
        _phase = Phase.Over;
        CryptographicOperations.ZeroMemory(_serverProof);
    }

    private SaslClientStep Answer(ReadOnlySpan<byte> challenge)
    {
        if (challenge.Length > MaxChallenge || DigestFields.Parse(challenge, mayRepeatRealm: true) is not { } fields) return default;
        if (!fields.TryGetValue("nonce", out var nonce) || nonce.Length == 0) return default;
        if (!fields.TryGetValue("algorithm", out var algorithm) || !DigestFields.Is(algorithm, "md5-sess"u8)) return default;
        if (fields.TryGetValue("qop", out var protections) && !Offers(protections, "auth"u8)) return default;
        var isUtf8 = fields.TryGetValue("charset", out var charset) && DigestFields.Is(charset, "utf-8"u8);
        // Without the directive the server reads ISO 8859-1; only ASCII is the same in both.
        if (!isUtf8 && !Ascii.IsValid(credentials.Name)) return default;

        var realm = fields.GetValueOrDefault("realm", []);
        var terms = new DigestTerms
        {
            UserName = Encoding.UTF8.GetBytes(credentials.Name),
            Realm = isUtf8 ? realm : Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(realm)),
            Nonce = nonce,
            ClientNonce = Encoding.ASCII.GetBytes(context.NewNonce()),
            Uri = Encoding.UTF8.GetBytes($"{context.Service}/{context.HostName}"),
            AuthorizationId = credentials.AuthorizationId is { Length: > 0 } identity ? Encoding.UTF8.GetBytes(identity) : null,
        };
        _serverProof = terms.ServerProof(credentials.Password.Span);
        _phase = Phase.Proof;
        return new SaslClientStep(true, Write(terms, realm, isUtf8));
    }

    private byte[] Write(DigestTerms terms, byte[] realm, bool isUtf8)
    {
        var response = HexDigest.Write(terms.Response(credentials.Password.Span));
        byte[] text = [.. isUtf8 ? "charset=utf-8,"u8 : [], .. "username="u8, .. Quoted(terms.UserName)];
        if (realm.Length > 0) text = [.. text, .. ",realm="u8, .. Quoted(realm)];
        text = [.. text, .. ",nonce="u8, .. Quoted(terms.Nonce), .. ",nc=00000001,cnonce="u8, .. Quoted(terms.ClientNonce)];
        text = [.. text, .. ",digest-uri="u8, .. Quoted(terms.Uri), .. ",response="u8, .. response, .. ",qop=auth"u8];
        return terms.AuthorizationId is null ? text : [.. text, .. ",authzid="u8, .. Quoted(terms.AuthorizationId)];
    }

    private static byte[] Quoted(ReadOnlySpan<byte> value)
    {
        var quoted = new List<byte>(value.Length + 2) { (byte)'"' };
        foreach (var octet in value)
        {
            if (octet is (byte)'"' or (byte)'\\') quoted.Add((byte)'\\');
            quoted.Add(octet);
        }

        quoted.Add((byte)'"');
        return [.. quoted];
    }

    private static bool Offers(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        foreach (var range in list.Split((byte)','))
        {
            if (DigestFields.Is(list[range].Trim(" \t"u8), token)) return true;
        }

        return false;
    }

    // RFC 2831 §2.1.3: response-auth = "rspauth" "=" response-value
    private bool IsGenuine(ReadOnlySpan<byte> message) =>
        DigestFields.Parse(message, mayRepeatRealm: false) is { } fields
        && fields.TryGetValue("rspauth", out var text)
        && HexDigest.TryRead(text, out var proof)
        && CryptographicOperations.FixedTimeEquals(proof, _serverProof);
}
