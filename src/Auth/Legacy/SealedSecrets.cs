using System.Security.Cryptography;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Auth.Legacy;

/// <summary>Opens the passwords of legacy accounts, and for everybody else something that takes as long and that nobody knows.</summary>
internal sealed class SealedSecrets(SecretSealer? sealer)
{
    private static readonly EmailAddress Nobody = EmailAddress.TryParse("nobody@invalid", out var address) ? address : throw new InvalidOperationException("no address");

    // What stands in for the secret of an account that has none: nobody knows it, so that no proof matches it but by a guess of 256 bits. It
    // is sealed like a real one, so that opening it takes as long.
    private readonly string? _decoy = sealer?.Seal(Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(32))), Nobody);

    /// <summary>
    /// The password of a legacy account, the caller's to erase. False for anybody else, with octets that nobody knows, so that the mechanism
    /// can run to its end.
    /// </summary>
    public bool TryOpen(Credentials? credentials, out byte[] secret)
    {
        secret = [];
        if (sealer is null) return false;
        if (credentials is { Disabled: false, SealedSecret: { } text, Identity.Address: var address } && sealer.TryOpen(text, address, out secret)) return true;
        sealer.TryOpen(_decoy, Nobody, out secret);
        return false;
    }
}
