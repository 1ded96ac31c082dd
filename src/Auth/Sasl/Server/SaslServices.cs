using System.Security.Cryptography;
using System.Text;

namespace Merpati.Auth.Sasl.Server;

/// <summary>What every exchange of one server shares.</summary>
internal sealed record SaslServices(LoginGate Gate, IAuthenticator Authenticator, SaslServerOptions Options, TimeProvider Time)
{
    private const int SaltLength = 16;

    // What stands in for the secret of an account that has none: nobody knows it, so that no proof matches it but by a guess of 256 bits.
    private readonly byte[] _noSecret = Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

    public bool Allows(string legacyMechanism) => Options.LegacyMechanisms.Contains(legacyMechanism);

    /// <summary>
    /// The password of a legacy account, the caller's to erase. False for anybody else, with octets that nobody knows, so that the mechanism
    /// can run to its end.
    /// </summary>
    public bool TryOpen(Credentials? credentials, out byte[] secret)
    {
        if (credentials is { Disabled: false, SealedSecret: { } text, Identity.Address: var address } && Options.Sealer is { } sealer && sealer.TryOpen(text, address, out var opened))
        {
            secret = opened;
            return true;
        }

        secret = [.. _noSecret];
        return false;
    }

    /// <summary>A salt that is always the same for a name, and of which nobody can tell whether an account stands behind it.</summary>
    public byte[] SaltOf(string mechanism, string name)
    {
        var whole = Options.DefaultDomain is { } domain && !name.Contains('@', StringComparison.Ordinal) ? $"{name}@{domain}" : name;
        return HMACSHA256.HashData(Options.SaltKey.Span, Encoding.UTF8.GetBytes($"{mechanism}\0{whole.ToLowerInvariant()}"))[..SaltLength];
    }
}
