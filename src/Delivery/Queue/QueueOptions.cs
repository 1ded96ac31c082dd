namespace Merpati.Delivery.Queue;

/// <summary>How the queue is worked off.</summary>
public sealed record QueueOptions
{
    /// <summary>When recipients are tried again, where their route says nothing else.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>The most connections to all hosts together.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>The most connections to one destination, where its route says nothing else. It begins with one and grows while messages are taken.</summary>
    public int MaxConnectionsPerDestination { get; init; } = 20;

    /// <summary>The messages that one claim takes.</summary>
    public int SendingsPerClaim { get; init; } = 10;

    /// <summary>The recipients of one message that one claim takes, and so the most in one transaction (RFC 5321 §4.5.3.1.8: any host takes 100).</summary>
    public int RecipientsPerSending { get; init; } = 100;

    /// <summary>The messages carried over one connection before it is closed.</summary>
    public int SendingsPerConnection { get; init; } = 100;

    /// <summary>The most hosts that are tried for one message in one attempt (RFC 5321 §5.1).</summary>
    public int HostsPerAttempt { get; init; } = 5;

    /// <summary>How long a claim holds without being prolonged. It is prolonged three times in that time.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait between two looks at what is due: what another process has changed is seen by then.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest a destination is left alone that could not be reached.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long the attempts of recipients that are gone are kept.</summary>
    public TimeSpan KeepAttempts { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often a message may break its worker before it is held.</summary>
    public int MaxBreakdowns { get; init; } = 3;
}
