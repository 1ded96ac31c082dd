using Merpati.Auth;

namespace Merpati.Progin.Server;

/// <summary>How Progin is served (docs/progin.md, "Limits").</summary>
public sealed record ProginServiceOptions
{
    /// <summary>How long a client may take from the connection to its first login, whatever it says meanwhile. 2 minutes by default.</summary>
    public TimeSpan LoginTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a client that has logged in may take for one whole command. 10 minutes by default.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The stretch of time in which a text must make progress: see <see cref="MinDataOctetsPerSecond"/>. 3 minutes by default.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The octets a second that a text must bring on average over each <see cref="DataTimeout"/>. 500 by default; 0 for any.</summary>
    public int MinDataOctetsPerSecond { get; init; } = 500;

    /// <summary>How long a client may take to read about 32 KiB of what it asked for. 2 minutes by default.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The largest text, in octets. 50 MiB by default.</summary>
    public long MaxMessageBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary>The most recipients of a message. 1000 by default.</summary>
    public int MaxRecipients { get; init; } = 1000;

    /// <summary>The bad command with which a session ends: unknown, malformed or out of order. 20 by default.</summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>The failed login with which a session ends. 3 by default.</summary>
    public int MaxFailedLogins { get; init; } = 3;

    /// <summary>The longest command line in octets, its end included. 1024 by default.</summary>
    public int MaxLineLength { get; init; } = 1024;

    /// <summary>When TLS is required before a password is taken.</summary>
    public TlsRequirement RequireTls { get; init; } = TlsRequirement.ExceptLoopback;
}
