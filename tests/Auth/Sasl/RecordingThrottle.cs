using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests.Sasl;

/// <summary>A throttle that answers what it is told to and writes down what it hears.</summary>
internal sealed class RecordingThrottle : ILoginThrottle
{
    public ThrottleAnswer Answer { get; set; } = new(true, TimeSpan.Zero);

    public List<string> Events { get; } = [];

    public ValueTask<ThrottleAnswer> AskAsync(LoginAttempt attempt, CancellationToken cancellation)
    {
        Events.Add($"asked {attempt.Address} {attempt.LoginName} {attempt.Account?.Address}");
        return new(Answer);
    }

    public ValueTask RecordAsync(LoginAttempt attempt, bool granted, CancellationToken cancellation)
    {
        Events.Add($"{(granted ? "granted" : "refused")} {attempt.Address} {attempt.LoginName} {attempt.Account?.Address}");
        return ValueTask.CompletedTask;
    }
}
