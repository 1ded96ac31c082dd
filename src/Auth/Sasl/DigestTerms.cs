using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Merpati.Auth.Sasl;

/// <summary>What a DIGEST-MD5 proof is made of, besides the password (RFC 2831 §2.1.2.1), for both sides. Only qop "auth", and a nonce is used once.</summary>
internal sealed record DigestTerms
{
    public const string Count = "00000001";

    /// <summary>In UTF-8.</summary>
    public required byte[] UserName { get; init; }

    /// <summary>In UTF-8; empty when none was named.</summary>
    public required byte[] Realm { get; init; }

    public required byte[] Nonce { get; init; }

    public required byte[] ClientNonce { get; init; }

    public required byte[] Uri { get; init; }

    /// <summary>In UTF-8; null when none was given.</summary>
    public byte[]? AuthorizationId { get; init; }

    /// <summary>The client's response, 16 octets.</summary>
    public byte[] Response(ReadOnlySpan<byte> password) => Compute(password, "AUTHENTICATE:"u8);

    /// <summary>The server's answer, rspauth (RFC 2831 §2.1.3), 16 octets.</summary>
    public byte[] ServerProof(ReadOnlySpan<byte> password) => Compute(password, ":"u8);

    // A1 = { H( { user ":" realm ":" password } ) ":" nonce ":" cnonce [":" authzid] }; A2 = { "AUTHENTICATE:" or ":", digest-uri }
    private byte[] Compute(ReadOnlySpan<byte> password, ReadOnlySpan<byte> method)
    {
        var spoken = Narrow(password);
        byte[] triple = [.. Narrow(UserName), (byte)':', .. Narrow(Realm), (byte)':', .. spoken];
        var key = Hash(triple);
        byte[] a1 = [.. key, (byte)':', .. Nonce, (byte)':', .. ClientNonce];
        if (AuthorizationId is not null) a1 = [.. a1, (byte)':', .. AuthorizationId];
        byte[] a2 = [.. method, .. Uri];
        byte[] whole = [.. HexDigest.Write(Hash(a1)), (byte)':', .. Nonce, (byte)':', .. "00000001:"u8, .. ClientNonce, .. ":auth:"u8, .. HexDigest.Write(Hash(a2))];
        CryptographicOperations.ZeroMemory(spoken);
        CryptographicOperations.ZeroMemory(triple);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(a1);
        return Hash(whole);
    }

    // RFC 2831 §2.1.2.1: what fits ISO 8859-1 is hashed in it, so that the keys are those of HTTP's digests.
    private static byte[] Narrow(ReadOnlySpan<byte> utf8)
    {
        var narrow = new byte[utf8.Length];
        var length = 0;
        for (var rest = utf8; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf8(rest, out var rune, out var read) != System.Buffers.OperationStatus.Done || rune.Value > 0xFF)
            {
                CryptographicOperations.ZeroMemory(narrow);
                return utf8.ToArray();
            }

            narrow[length++] = (byte)rune.Value;
            rest = rest[read..];
        }

        return narrow.AsSpan(0, length).ToArray();
    }

    [SuppressMessage("Security", "CA5351", Justification = "RFC 2831 is made of MD5.")]
    private static byte[] Hash(ReadOnlySpan<byte> octets) => MD5.HashData(octets);
}
