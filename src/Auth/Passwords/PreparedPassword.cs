using Merpati.Auth.Sasl;

namespace Merpati.Auth.Passwords;

/// <summary>The one form of a password from which keys are derived, wherever: when it is set, checked, and proved in SCRAM (RFC 5802 §2.2).</summary>
internal static class PreparedPassword
{
    /// <summary>
    /// The prepared octets, a copy that is the caller's to erase. What SASLprep refuses, octets that are not UTF-8 or control characters,
    /// is taken as it came, and so is what it would leave nothing of: such a password works where it is sent in plain, and no SCRAM client
    /// may prove it.
    /// </summary>
    public static byte[] Of(ReadOnlySpan<byte> password) =>
        !SaslPrep.IsPrintableAscii(password) && SaslPrep.TryPrepare(password, out var prepared) && prepared.Length > 0 ? prepared : password.ToArray();
}
