namespace Merpati.Progin.Client;

/// <summary>How a step of a dialogue ended.</summary>
public enum ProginOutcome
{
    /// <summary>The server said OK, or BYE to QUIT.</summary>
    Done,

    /// <summary>The server said ERR; the session goes on, unless the connection was closed after it.</summary>
    Refused,

    /// <summary>There is no connection, it broke, or the server closed it.</summary>
    Lost,

    /// <summary>The server did not answer, or is too slow. The connection is closed.</summary>
    TimedOut,

    /// <summary>What the server said is no Progin. The connection is closed.</summary>
    ProtocolError,

    /// <summary>The caller has cancelled it. The connection is closed.</summary>
    Cancelled,
}

/// <summary>What became of a step of a dialogue.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Text">What the server replied, fit to be shown, or what went wrong without a reply.</param>
public sealed record ProginStep(ProginOutcome Outcome, string Text)
{
    /// <summary>Whether the server said yes.</summary>
    public bool IsDone => Outcome == ProginOutcome.Done;
}

/// <summary>What became of a text that was sent.</summary>
/// <param name="Step">How it ended: done means that the message is durable.</param>
/// <param name="MayHaveArrived">Whether all of it was sent and no reply came: the server may have it, or not.</param>
public sealed record ProginSending(ProginStep Step, bool MayHaveArrived);
