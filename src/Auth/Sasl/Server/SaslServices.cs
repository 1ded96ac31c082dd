using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Legacy;

namespace Merpati.Auth.Sasl.Server;

/// <summary>What every exchange of one server shares.</summary>
internal sealed record SaslServices(LoginGate Gate, IAuthenticator Authenticator, SaslServerOptions Options, TimeProvider Time)
{
    private const int SaltLength = 16;

    private readonly SealedSecrets _secrets = new(Options.Sealer);

    public bool Allows(string legacyMechanism) => Options.LegacyMechanisms.Contains(legacyMechanism);

    /// <summary>The password of a legacy account, as <see cref="SealedSecrets.TryOpen"/> gives it.</summary>
    public bool TryOpen(Credentials? credentials, out byte[] secret) => _secrets.TryOpen(credentials, out secret);

    /// <summary>A salt that is always the same for a name, and of which nobody can tell whether an account stands behind it.</summary>
    public byte[] SaltOf(string mechanism, string name)
    {
        var whole = Options.DefaultDomain is { } domain && !name.Contains('@', StringComparison.Ordinal) ? $"{name}@{domain}" : name;
        return HMACSHA256.HashData(Options.SaltKey.Span, Encoding.UTF8.GetBytes($"{mechanism}\0{whole.ToLowerInvariant()}"))[..SaltLength];
    }
}
