using Merpati.Auth.Throttle;

namespace Merpati.Auth;

/// <summary>What came of a login.</summary>
public enum LoginVerdict
{
    /// <summary>The name and the password belong together.</summary>
    Granted,

    /// <summary>They do not, or there is no such account, or it is disabled: nobody outside learns which.</summary>
    Refused,

    /// <summary>The answer cannot be had now: too many checks are waiting, or the server stops. The client should try again.</summary>
    Unavailable,

    /// <summary>Too many have failed from there or for this account; the client should try again later.</summary>
    Throttled,
}

/// <summary>The result of a login.</summary>
/// <param name="Verdict">What came of it.</param>
/// <param name="Identity">Who it is; set when granted.</param>
public readonly record struct LoginResult(LoginVerdict Verdict, Identity? Identity = null);

/// <summary>Checks names and passwords for every protocol. Safe for concurrent callers.</summary>
public interface IAuthenticator
{
    /// <summary>
    /// Checks a plain password, given as octets of UTF-8. A refusal takes the same time whatever its reason.
    /// The octets are not kept. What the credential source throws passes through: an account that cannot be read is neither
    /// granted nor refused. Throws <see cref="OperationCanceledException"/> when the caller stops waiting.
    /// </summary>
    ValueTask<LoginResult> CheckPasswordAsync(LoginAttempt attempt, ReadOnlyMemory<byte> password, CancellationToken cancellation);
}
