using System.Net;
using Merpati.Wire.Connections;

namespace Merpati.Wire.Connecting;

/// <summary>How connections to others are made.</summary>
public sealed record OutgoingOptions
{
    /// <summary>The address that an IPv4 connection comes from; null for the system's choice.</summary>
    public IPAddress? Source4 { get; init; }

    /// <summary>The address that an IPv6 connection comes from; null for the system's choice.</summary>
    public IPAddress? Source6 { get; init; }

    /// <summary>How long making a connection may take. 30 seconds by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest line that is read, in octets, its line end included; a longer one is <see cref="LineStatus.TooLong"/> at once. 2048 by default.</summary>
    public int MaxLineLength { get; init; } = 2048;

    /// <summary>The clock of deadlines, shared by many connections; null for one of the connection's own.</summary>
    public Heartbeat? Heartbeat { get; init; }

    /// <summary>The time. The system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
