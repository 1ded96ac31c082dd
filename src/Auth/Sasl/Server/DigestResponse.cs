using System.Text;

namespace Merpati.Auth.Sasl.Server;

/// <summary>The answer of a DIGEST-MD5 client (RFC 2831 §2.1.2, digest-response).</summary>
internal sealed record DigestResponse(DigestTerms Terms, string LoginName, string? AuthorizationId, byte[] Proof)
{
    private const int MaxNonce = 256;

    /// <summary>Reads the answer; null when it is malformed or asks for what was not offered.</summary>
    public static DigestResponse? Parse(ReadOnlySpan<byte> message)
    {
        if (DigestFields.Parse(message, mayRepeatRealm: false) is not { } fields) return null;
        if (!fields.TryGetValue("username", out var user) || !fields.TryGetValue("nonce", out var nonce) || !fields.TryGetValue("cnonce", out var clientNonce)) return null;
        if (!fields.TryGetValue("nc", out var count) || !fields.TryGetValue("digest-uri", out var uri) || !fields.TryGetValue("response", out var response)) return null;
        if (clientNonce.Length is 0 or > MaxNonce || nonce.Length > MaxNonce || !Ascii.Equals(count, DigestTerms.Count)) return null;
        if (fields.TryGetValue("qop", out var protection) && !DigestFields.Is(protection, "auth"u8)) return null;
        if (fields.TryGetValue("charset", out var charset) && !DigestFields.Is(charset, "utf-8"u8)) return null;
        if (!HexDigest.TryRead(response, out var proof)) return null;

        var realm = fields.GetValueOrDefault("realm", []);
        if (charset is null)
        {
            // RFC 2831 §2.1.2: without the directive the name and the realm are in ISO 8859-1.
            user = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(user));
            realm = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(realm));
        }

        if (!SaslName.TryRead(user, out var loginName)) return null;
        string? authorizationId = null;
        if (fields.TryGetValue("authzid", out var authorization) && !SaslName.TryRead(authorization, out authorizationId)) return null;
        var terms = new DigestTerms { UserName = user, Realm = realm, Nonce = nonce, ClientNonce = clientNonce, Uri = uri, AuthorizationId = authorization };
        return new DigestResponse(terms, loginName, authorizationId, proof);
    }
}
