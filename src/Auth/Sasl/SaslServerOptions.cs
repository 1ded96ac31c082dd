using System.Security.Cryptography;
using Merpati.Auth.Legacy;
using Merpati.Auth.Passwords;

namespace Merpati.Auth.Sasl;

/// <summary>How a <see cref="SaslServer"/> behaves. A value beyond its limits throws <see cref="ArgumentException"/>.</summary>
public sealed record SaslServerOptions
{
    /// <summary>The length of <see cref="SaltKey"/>, in octets.</summary>
    public const int SaltKeyLength = 32;

    /// <summary>
    /// Which of CRAM-MD5, DIGEST-MD5 and SCRAM-SHA-1 (with its -PLUS form) are offered; none by default. They serve accounts
    /// with a sealed secret only, so they need a <see cref="Sealer"/>.
    /// </summary>
    public IReadOnlySet<string> LegacyMechanisms
    {
        get;
        init => field = value.All(static name => name is SaslMechanisms.CramMd5 or SaslMechanisms.DigestMd5 or SaslMechanisms.ScramSha1)
            ? value
            : throw new ArgumentException("CRAM-MD5, DIGEST-MD5 and SCRAM-SHA-1 are the legacy mechanisms", nameof(LegacyMechanisms));
    } = new HashSet<string>();

    /// <summary>Opens the secrets of legacy accounts; null when there are none.</summary>
    public SecretSealer? Sealer { get; init; }

    /// <summary>
    /// The iterations that SCRAM-SHA-256 names for unknown users: the number used for new passwords, within the limits of
    /// <see cref="PasswordVerifier"/>. Accounts with another number can be told from unknown names.
    /// </summary>
    public int Iterations
    {
        get;
        init => field = value is >= PasswordVerifier.MinIterations and <= PasswordVerifier.MaxIterations
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Iterations), value, $"{PasswordVerifier.MinIterations} to {PasswordVerifier.MaxIterations}");
    } = PasswordVerifier.DefaultIterations;

    /// <summary>
    /// The key, 32 octets, from which the salts of unknown users are made. Give one that outlives the process
    /// (<see cref="SecretSealer.DeriveKey"/>), or salts that change with a restart betray the names that do not exist. By default random.
    /// </summary>
    public ReadOnlyMemory<byte> SaltKey
    {
        get;
        init => field = value.Length == SaltKeyLength ? value : throw new ArgumentException("the key has 32 octets", nameof(SaltKey));
    } = RandomNumberGenerator.GetBytes(SaltKeyLength);

    /// <summary>The domain of names without one, so that unknown users have one salt under both spellings; null when there is none.</summary>
    public string? DefaultDomain { get; init; }

    /// <summary>Further names under which clients reach this host; DIGEST-MD5 takes them beside <see cref="SaslContext.HostName"/>.</summary>
    public IReadOnlyCollection<string> OtherHostNames { get; init; } = [];

    /// <summary>Makes the server's part of a nonce, printable and without comma or quote; random but in the tests of published examples.</summary>
    internal Func<string> NewNonce { get; init; } = static () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
}
