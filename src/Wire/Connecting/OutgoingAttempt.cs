namespace Merpati.Wire.Connecting;

/// <summary>How an attempt to connect ended.</summary>
public enum ConnectOutcome
{
    /// <summary>There is a connection.</summary>
    Connected,

    /// <summary>Nobody listens there.</summary>
    Refused,

    /// <summary>Nobody answered in time.</summary>
    TimedOut,

    /// <summary>There is no way there, or something else in the network or on this machine is in the way.</summary>
    Unreachable,
}

/// <summary>An attempt to connect.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Connection">The connection, which is the caller's to dispose; null when there is none.</param>
/// <param name="Fault">Why there is none, in a few words; null when there is one.</param>
public sealed record OutgoingAttempt(ConnectOutcome Outcome, OutgoingConnection? Connection, string? Fault);
