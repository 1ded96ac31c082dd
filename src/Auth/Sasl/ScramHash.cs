using System.Security.Cryptography;
using Merpati.Auth.Passwords;

namespace Merpati.Auth.Sasl;

/// <summary>The hash of a SCRAM mechanism and what is computed with it (RFC 5802 §3), for both sides.</summary>
internal sealed class ScramHash
{
    public static readonly ScramHash Sha1 = new(SaslMechanisms.ScramSha1, HashAlgorithmName.SHA1, SHA1.HashSizeInBytes);
    public static readonly ScramHash Sha256 = new(SaslMechanisms.ScramSha256, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    private readonly HashAlgorithmName _algorithm;

    private ScramHash(string mechanism, HashAlgorithmName algorithm, int length)
    {
        Mechanism = mechanism;
        _algorithm = algorithm;
        Length = length;
    }

    /// <summary>The mechanism's name, without -PLUS.</summary>
    public string Mechanism { get; }

    /// <summary>Octets of a hash.</summary>
    public int Length { get; }

    public byte[] Hash(ReadOnlySpan<byte> octets) => CryptographicOperations.HashData(_algorithm, octets);

    public byte[] Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> octets) => CryptographicOperations.HmacData(_algorithm, key, octets);

    /// <summary>SaltedPassword, of a password in UTF-8 that is prepared here; the caller's to erase.</summary>
    public byte[] Salted(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        var prepared = PreparedPassword.Of(password);
        var salted = Rfc2898DeriveBytes.Pbkdf2(prepared, salt, iterations, _algorithm, Length);
        CryptographicOperations.ZeroMemory(prepared);
        return salted;
    }

    /// <summary>ClientKey; the caller's to erase.</summary>
    public byte[] ClientKey(ReadOnlySpan<byte> salted) => Mac(salted, "Client Key"u8);

    public byte[] ServerKey(ReadOnlySpan<byte> salted) => Mac(salted, "Server Key"u8);

    /// <summary>The proof of a client key, or the client key of a proof: one is the other XOR the client's signature.</summary>
    public byte[] Mask(ReadOnlySpan<byte> keyOrProof, ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> authMessage)
    {
        var masked = Mac(storedKey, authMessage);
        for (var i = 0; i < masked.Length; i++) masked[i] ^= keyOrProof[i];
        return masked;
    }
}
