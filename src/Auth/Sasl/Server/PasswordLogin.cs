using System.Text.Unicode;
using Merpati.Auth.Passwords;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl.Server;

/// <summary>A login by plain password, the end of PLAIN and LOGIN.</summary>
internal static class PasswordLogin
{
    /// <summary>Whether octets can be a password at all. Which characters it may have is decided where verifiers are made.</summary>
    public static bool IsPassword(ReadOnlySpan<byte> octets) =>
        octets.Length is > 0 and <= PasswordVerifier.MaxPasswordOctets && !octets.Contains((byte)0) && Utf8.IsValid(octets);

    public static async ValueTask<SaslStep> CheckAsync(
        SaslServices services, LoginAttempt attempt, ReadOnlyMemory<byte> password, string? authorizationId, CancellationToken cancellation)
    {
        var result = await services.Authenticator.CheckPasswordAsync(attempt, password, cancellation);
        return result.Verdict switch
        {
            // Asked only after the password: who has none learns nothing of whose identity is whose.
            LoginVerdict.Granted when result.Identity is { } identity && SaslName.IsOwn(authorizationId, attempt.LoginName, identity) =>
                new SaslStep(SaslStatus.Granted, default, identity),
            LoginVerdict.Unavailable => new SaslStep(SaslStatus.Unavailable),
            LoginVerdict.Throttled => new SaslStep(SaslStatus.Throttled),
            _ => new SaslStep(SaslStatus.Refused),
        };
    }
}
