using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Merpati.Auth.Passwords;
using Merpati.Auth.Throttle;

namespace Merpati.Auth;

/// <summary>
/// Checks logins against a credential source. An unknown name, a disabled account, an account without a password and a wrong
/// password are refused alike, in the result and in the time it takes. Who may try how often is the throttle's to say.
/// </summary>
public sealed class Authenticator : IAuthenticator
{
    private readonly ICredentialSource _source;
    private readonly PasswordChecker _checker;
    private readonly ILoginThrottle? _throttle;
    private readonly TimeProvider _time;
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);

    /// <summary>
    /// Logins of the accounts of <paramref name="source"/>; the checker may be shared and stays the caller's to dispose.
    /// Without a throttle everybody may try at any time.
    /// </summary>
    public Authenticator(ICredentialSource source, PasswordChecker checker, ILoginThrottle? throttle, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(checker);
        ArgumentNullException.ThrowIfNull(time);
        _source = source;
        _checker = checker;
        _throttle = throttle;
        _time = time;
    }

    /// <summary>Logins of the accounts of <paramref name="source"/> without a throttle.</summary>
    public Authenticator(ICredentialSource source, PasswordChecker checker)
        : this(source, checker, null, TimeProvider.System)
    {
    }

    /// <inheritdoc/>
    public async ValueTask<LoginResult> CheckPasswordAsync(LoginAttempt attempt, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt.LoginName, nameof(attempt));
        var credentials = await _source.FindAsync(attempt.LoginName, cancellation);
        if (_throttle is null) return await CheckAsync(attempt.LoginName, credentials, password, cancellation);

        var known = attempt with { Account = credentials?.Identity, Fingerprint = FingerprintOf(password.Span) };
        var answer = await _throttle.AskAsync(known, cancellation);
        if (!answer.IsAllowed) return new LoginResult(LoginVerdict.Throttled);
        var result = await CheckAndRecordAsync(_throttle, known, credentials, password, cancellation);

        // A success is held back like a failure: were it not, a guesser would hang up where no answer comes at once. The outcome
        // is recorded before, so that hanging up gains nothing.
        if (answer.Delay > TimeSpan.Zero && result.Verdict != LoginVerdict.Unavailable) await Task.Delay(answer.Delay, _time, cancellation);
        return result;
    }

    private async ValueTask<LoginResult> CheckAndRecordAsync(
        ILoginThrottle throttle, LoginAttempt attempt, Credentials? credentials, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        var result = new LoginResult(LoginVerdict.Unavailable);
        try
        {
            result = await CheckAsync(attempt.LoginName, credentials, password, cancellation);
        }
        finally
        {
            if (result.Verdict == LoginVerdict.Unavailable) throttle.Withdraw(attempt);
        }

        // What is known counts, whether the caller still waits or not.
        if (result.Verdict != LoginVerdict.Unavailable) await throttle.RecordAsync(attempt, result.Verdict == LoginVerdict.Granted, CancellationToken.None);
        return result;
    }

    private async ValueTask<LoginResult> CheckAsync(string loginName, Credentials? credentials, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        if (credentials is { Disabled: false, Verifier: { } verifier } && password.Length is > 0 and <= PasswordVerifier.MaxPasswordOctets)
        {
            var verdict = await _checker.CheckAsync(loginName, verifier, password, cancellation);
            return verdict == LoginVerdict.Granted ? new LoginResult(verdict, credentials.Identity) : new LoginResult(verdict);
        }

        // PBKDF2 costs the same for any length, so what is too long to be a password can be cut and still takes its time.
        var tried = password[..Math.Min(password.Length, PasswordVerifier.MaxPasswordOctets)];
        return new LoginResult(await _checker.RefuseAsync(loginName, credentials?.Verifier, tried, cancellation));
    }

    private ulong FingerprintOf(ReadOnlySpan<byte> password)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, password, mac);
        return Math.Max(1, MemoryMarshal.Read<ulong>(mac)); // 0 means that it is not known
    }
}
