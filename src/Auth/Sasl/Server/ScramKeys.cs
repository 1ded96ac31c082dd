using System.Security.Cryptography;

namespace Merpati.Auth.Sasl.Server;

/// <summary>What a SCRAM exchange is served from: an account's keys, or a stranger's, which look the same and match nothing.</summary>
internal sealed record ScramKeys(byte[] Salt, int Iterations, byte[] StoredKey, byte[] ServerKey)
{
    // RFC 5802 §5.1: at least so many. The secret itself is at hand, so that more would protect nothing.
    private const int LegacyIterations = 4096;

    public static ScramKeys Of(ScramHash hash, SaslServices services, string userName, Credentials? credentials)
    {
        var salt = services.SaltOf(hash.Mechanism, userName);
        if (ReferenceEquals(hash, ScramHash.Sha1)) return OfSecret(hash, services, salt, credentials);
        if (credentials?.Verifier is { } verifier) return new ScramKeys(verifier.Salt.ToArray(), verifier.Iterations, verifier.StoredKey.ToArray(), verifier.ServerKey.ToArray());
        return new ScramKeys(salt, services.Options.Iterations, RandomNumberGenerator.GetBytes(hash.Length), RandomNumberGenerator.GetBytes(hash.Length));
    }

    public void Erase()
    {
        CryptographicOperations.ZeroMemory(StoredKey);
        CryptographicOperations.ZeroMemory(ServerKey);
    }

    private static ScramKeys OfSecret(ScramHash hash, SaslServices services, byte[] salt, Credentials? credentials)
    {
        services.TryOpen(credentials, out var secret);
        var salted = hash.Salted(secret, salt, LegacyIterations);
        var clientKey = hash.ClientKey(salted);
        var keys = new ScramKeys(salt, LegacyIterations, hash.Hash(clientKey), hash.ServerKey(salted));
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        return keys;
    }
}
