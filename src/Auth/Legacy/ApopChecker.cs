using System.Security.Cryptography;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Server;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Legacy;

/// <summary>APOP for the accounts of one credential source that have a sealed secret. Its attempts go to the throttle that all protocols share.</summary>
public sealed class ApopChecker : IApopChecker
{
    private readonly LoginGate _gate;
    private readonly SealedSecrets _secrets;

    /// <summary>Without a throttle everybody may try at any time. The sealer stays the caller's to dispose.</summary>
    public ApopChecker(ICredentialSource source, ILoginThrottle? throttle, SecretSealer sealer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sealer);
        ArgumentNullException.ThrowIfNull(time);
        _gate = new LoginGate(source, throttle, time);
        _secrets = new SealedSecrets(sealer);
    }

    /// <inheritdoc/>
    public async ValueTask<LoginResult> CheckDigestAsync(
        LoginAttempt attempt, ReadOnlyMemory<byte> timestamp, ReadOnlyMemory<byte> digest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt.LoginName, nameof(attempt));
        var credentials = await _gate.FindAsync(attempt.LoginName, cancellation);
        var hasSecret = _secrets.TryOpen(credentials, out var secret);
        var isProved = ApopDigest.Matches(timestamp.Span, secret, digest.Span) & hasSecret;
        CryptographicOperations.ZeroMemory(secret);
        return await _gate.SettleAsync(attempt with { Account = credentials?.Identity }, isProved, cancellation) switch
        {
            SaslStatus.Granted => new LoginResult(LoginVerdict.Granted, credentials!.Identity),
            SaslStatus.Throttled => new LoginResult(LoginVerdict.Throttled),
            _ => new LoginResult(LoginVerdict.Refused),
        };
    }
}
