using System.Security.Cryptography;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Auth.Sasl.Server;

/// <summary>What every exchange of one server shares.</summary>
internal sealed record SaslServices(LoginGate Gate, IAuthenticator Authenticator, SaslServerOptions Options, TimeProvider Time)
{
    private const int SaltLength = 16;

    private static readonly EmailAddress Nobody = EmailAddress.TryParse("nobody@invalid", out var address) ? address : throw new InvalidOperationException("no address");

    // What stands in for the secret of an account that has none: nobody knows it, so that no proof matches it but by a guess of 256 bits. It
    // is sealed like a real one, so that opening it takes as long.
    private readonly string? _decoy = Options.Sealer?.Seal(Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(32))), Nobody);

    public bool Allows(string legacyMechanism) => Options.LegacyMechanisms.Contains(legacyMechanism);

    /// <summary>
    /// The password of a legacy account, the caller's to erase. False for anybody else, with octets that nobody knows, so that the mechanism
    /// can run to its end.
    /// </summary>
    public bool TryOpen(Credentials? credentials, out byte[] secret)
    {
        secret = [];
        if (Options.Sealer is not { } sealer) return false;
        if (credentials is { Disabled: false, SealedSecret: { } text, Identity.Address: var address } && sealer.TryOpen(text, address, out secret)) return true;
        sealer.TryOpen(_decoy, Nobody, out secret);
        return false;
    }

    /// <summary>A salt that is always the same for a name, and of which nobody can tell whether an account stands behind it.</summary>
    public byte[] SaltOf(string mechanism, string name)
    {
        var whole = Options.DefaultDomain is { } domain && !name.Contains('@', StringComparison.Ordinal) ? $"{name}@{domain}" : name;
        return HMACSHA256.HashData(Options.SaltKey.Span, Encoding.UTF8.GetBytes($"{mechanism}\0{whole.ToLowerInvariant()}"))[..SaltLength];
    }
}
