namespace Merpati.Pop3.Client;

/// <summary>How long a client waits. Each time is for a whole line, however its octets trickle in.</summary>
public sealed record Pop3Timeouts
{
    /// <summary>For the greeting.</summary>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For the reply to a command that has no time of its own.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For each reply of a login; some servers read the whole maildrop before the last.</summary>
    public TimeSpan Login { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the next stretch of a message or listing: <see cref="MinOctetsPerSecond"/> times so many seconds, or its end.</summary>
    public TimeSpan Text { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The slowest that a message or listing may come, in octets per second: else a server could hold its client for days. 500 by default; 0 for any.</summary>
    public int MinOctetsPerSecond { get; init; } = 500;

    /// <summary>For the reply to QUIT where messages are to be removed. Too short a time leaves it open whether they were.</summary>
    public TimeSpan Quit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For the reply to QUIT where nothing depends on it.</summary>
    public TimeSpan Leave { get; init; } = TimeSpan.FromSeconds(10);
}
