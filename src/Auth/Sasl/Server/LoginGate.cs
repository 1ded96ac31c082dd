using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl.Server;

/// <summary>The way to an account for the mechanisms that check proofs themselves: throttle first, then the account, then the throttle again.</summary>
internal sealed class LoginGate(ICredentialSource source, ILoginThrottle? throttle, TimeProvider time)
{
    /// <summary>Whether the attempt may be made. Comes back after the delay that the throttle asks for.</summary>
    public async ValueTask<bool> AdmitAsync(LoginAttempt attempt, CancellationToken cancellation)
    {
        if (throttle is null) return true;
        var answer = await throttle.AskAsync(attempt, cancellation);
        if (answer.IsAllowed && answer.Delay > TimeSpan.Zero) await Task.Delay(answer.Delay, time, cancellation);
        return answer.IsAllowed;
    }

    public ValueTask<Credentials?> FindAsync(string loginName, CancellationToken cancellation) => source.FindAsync(loginName, cancellation);

    // Not to be called off: who hangs up at once has still tried.
    public ValueTask RecordAsync(LoginAttempt attempt, bool granted) =>
        throttle is null ? ValueTask.CompletedTask : throttle.RecordAsync(attempt, granted, CancellationToken.None);
}
