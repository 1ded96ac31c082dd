using Merpati.Auth.Passwords;
using Merpati.Auth.Throttle;

namespace Merpati.Auth;

/// <summary>
/// Checks logins against a credential source. An unknown name, a disabled account, an account without a password and a wrong
/// password are refused alike, in the result and in the time it takes. It knows no throttle: who may try how often is asked elsewhere.
/// </summary>
public sealed class Authenticator : IAuthenticator
{
    private readonly ICredentialSource _source;
    private readonly PasswordChecker _checker;

    /// <summary>Logins of the accounts of <paramref name="source"/>; the checker may be shared and stays the caller's to dispose.</summary>
    public Authenticator(ICredentialSource source, PasswordChecker checker)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(checker);
        _source = source;
        _checker = checker;
    }

    /// <inheritdoc/>
    public async ValueTask<LoginResult> CheckPasswordAsync(LoginAttempt attempt, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        var loginName = attempt.LoginName;
        ArgumentNullException.ThrowIfNull(loginName, nameof(attempt));
        var credentials = await _source.FindAsync(loginName, cancellation);
        if (credentials is { Disabled: false, Verifier: { } verifier } && password.Length is > 0 and <= PasswordVerifier.MaxPasswordOctets)
        {
            var verdict = await _checker.CheckAsync(loginName, verifier, password, cancellation);
            return verdict == LoginVerdict.Granted ? new LoginResult(verdict, credentials.Identity) : new LoginResult(verdict);
        }

        // PBKDF2 costs the same for any length, so what is too long to be a password can be cut and still takes its time.
        var tried = password[..Math.Min(password.Length, PasswordVerifier.MaxPasswordOctets)];
        return new LoginResult(await _checker.RefuseAsync(loginName, credentials?.Verifier, tried, cancellation));
    }
}
