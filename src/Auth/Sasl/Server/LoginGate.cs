using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl.Server;

/// <summary>The way to an account for the mechanisms that check proofs themselves.</summary>
internal sealed class LoginGate(ICredentialSource source, ILoginThrottle? throttle, TimeProvider time)
{
    public ValueTask<Credentials?> FindAsync(string loginName, CancellationToken cancellation) => source.FindAsync(loginName, cancellation);

    /// <summary>
    /// Puts an attempt to the throttle, when the client has said all that it must: granted when it <paramref name="isProved"/>, else refused, or
    /// throttled whatever it has proved. The answer is held back as long as the throttle asks, a success like a failure.
    /// </summary>
    public async ValueTask<SaslStatus> SettleAsync(LoginAttempt attempt, bool isProved, CancellationToken cancellation)
    {
        var status = isProved ? SaslStatus.Granted : SaslStatus.Refused;
        if (throttle is null) return status;
        var answer = await throttle.AskAsync(attempt, cancellation);
        if (!answer.IsAllowed) return SaslStatus.Throttled;

        // Not to be called off, and before the delay: who hangs up at once has still tried.
        await throttle.RecordAsync(attempt, isProved, CancellationToken.None);
        if (answer.Delay > TimeSpan.Zero) await Task.Delay(answer.Delay, time, cancellation);
        return status;
    }
}
