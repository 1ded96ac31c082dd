namespace Merpati.Delivery.Intake;

/// <summary>How messages are taken in.</summary>
public sealed record IntakeOptions
{
    /// <summary>The name of this host in trace fields.</summary>
    public required string HostName { get; init; }

    /// <summary>The directory for messages too large to wait in memory; made when it is missing. On the disk of the store, best.</summary>
    public required string SpoolDirectory { get; init; }

    /// <summary>The largest message, in octets, without this host's trace fields.</summary>
    public long MaxMessageBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary>The most hosts a message may have passed through (RFC 5321 §6.3: at least 100).</summary>
    public int MaxHops { get; init; } = 100;

    /// <summary>The octets of one message that wait in memory; a larger one waits on disk.</summary>
    public int SpoolThreshold { get; init; } = 128 * 1024;
}
