using Merpati.Auth.Throttle;

namespace Merpati.Auth.Legacy;

/// <summary>Checks logins by POP3's APOP (RFC 1939 §7). Safe for concurrent callers.</summary>
public interface IApopChecker
{
    /// <summary>
    /// Whether <paramref name="digest"/>, 32 hexadecimal digits of either case, is the one of the banner's timestamp (angle brackets
    /// included) and the account's secret. An unknown name, an account without a sealed secret, a disabled one and a wrong digest are refused alike, in
    /// the result and in the time it takes. What the credential source or the throttle throws passes through. Throws
    /// <see cref="OperationCanceledException"/> when the caller stops waiting.
    /// </summary>
    ValueTask<LoginResult> CheckDigestAsync(LoginAttempt attempt, ReadOnlyMemory<byte> timestamp, ReadOnlyMemory<byte> digest, CancellationToken cancellation);
}
