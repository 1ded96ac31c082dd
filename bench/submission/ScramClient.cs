using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Merpati.Bench.Submission;

/// <summary>One SCRAM-SHA-256 exchange, client side, without channel binding.</summary>
internal sealed class ScramClient(string user, string password)
{
    // A mail client derives the key once and keeps it; so does this one, or it would measure itself.
    private static readonly ConcurrentDictionary<(string Salt, int Iterations, string Password), byte[]> SaltedPasswords = new();

    private readonly string _nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
    private byte[] _serverSignature = [];

    // RFC 5802 §7
    public string First => "n,," + FirstBare;

    private string FirstBare => $"n={user},r={_nonce}";

    /// <summary>The answer to the server's first message.</summary>
    public string Final(string serverFirst)
    {
        var parts = serverFirst.Split(',');
        var (nonce, salt, iterations) = (parts[0][2..], parts[1][2..], int.Parse(parts[2].AsSpan(2), CultureInfo.InvariantCulture));
        if (!nonce.StartsWith(_nonce, StringComparison.Ordinal)) throw new LoadFailure("the server's nonce is not a continuation of ours");
        var salted = SaltedPasswords.GetOrAdd((salt, iterations, password), static key => Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(key.Password), Convert.FromBase64String(key.Salt), key.Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes));
        var withoutProof = $"c=biws,r={nonce}";
        var message = Encoding.UTF8.GetBytes($"{FirstBare},{serverFirst},{withoutProof}");
        var proof = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(proof), message);
        for (var i = 0; i < proof.Length; i++) proof[i] ^= signature[i];
        _serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>Whether the server knows the password too.</summary>
    public bool IsServers(string serverFinal) =>
        serverFinal.StartsWith("v=", StringComparison.Ordinal) &&
        CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(serverFinal[2..].Split(',')[0]), _serverSignature);
}
