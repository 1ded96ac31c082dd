using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Merpati.Auth.Sasl;

namespace Merpati.Auth.Legacy;

/// <summary>The digest of POP3's APOP (RFC 1939 §7): MD5 of the greeting's timestamp, with its angle brackets, and the shared secret.</summary>
public static class ApopDigest
{
    /// <summary>The length of a digest on the wire, 32 hexadecimal digits.</summary>
    public const int Length = HexDigest.Length;

    /// <summary>The digest as it goes over the wire, in lower case.</summary>
    public static byte[] Compute(ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> secret)
    {
        var digest = Hash(timestamp, secret);
        return HexDigest.Write(digest);
    }

    /// <summary>Whether a client's digest, of either case, is the right one; compared in constant time. False when it is no digest at all.</summary>
    public static bool Matches(ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> digest) =>
        HexDigest.TryRead(digest, out var given) && CryptographicOperations.FixedTimeEquals(Hash(timestamp, secret), given);

    [SuppressMessage("Security", "CA5351", Justification = "RFC 1939 is made of MD5.")]
    private static byte[] Hash(ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> secret)
    {
        byte[] whole = [.. timestamp, .. secret];
        var digest = MD5.HashData(whole);
        CryptographicOperations.ZeroMemory(whole);
        return digest;
    }
}
