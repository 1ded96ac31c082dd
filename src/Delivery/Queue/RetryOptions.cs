namespace Merpati.Delivery.Queue;

/// <summary>When a recipient is tried again, and for how long.</summary>
public sealed record RetryOptions
{
    /// <summary>The time from the first attempt to the second.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest time between two attempts; until then it doubles.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(4);

    /// <summary>By how much of itself a time is made longer or shorter at random, 0 to 0.5: so what failed together does not come back together.</summary>
    public double Jitter { get; init; } = 0.15;

    /// <summary>How long after its acceptance a message is given up (RFC 5321 §4.5.4.1: four or five days at least).</summary>
    public TimeSpan Life { get; init; } = TimeSpan.FromDays(5);

    /// <summary>How long after its acceptance the sender is told that it still waits.</summary>
    public TimeSpan DelayNotice { get; init; } = TimeSpan.FromHours(4);
}
