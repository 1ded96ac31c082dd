namespace Merpati.Pop3.Client;

/// <summary>How a step of a dialogue ended.</summary>
public enum Pop3Outcome
{
    /// <summary>The server said yes.</summary>
    Done,

    /// <summary>The server said no, and not why in a way that we could tell. With <see cref="Pop3ResponseCode.SysPerm"/> it needs somebody's attention.</summary>
    Refused,

    /// <summary>The server does not let this user in with this password.</summary>
    BadPassword,

    /// <summary>The server said no for now: <c>[IN-USE]</c>, <c>[LOGIN-DELAY]</c>, <c>[SYS/TEMP]</c>.</summary>
    Later,

    /// <summary>The server does not offer it, or offers no safe way to it, and was not asked.</summary>
    Unsupported,

    /// <summary>It is more than we take. Where it is a message that was read past, the connection goes on.</summary>
    TooLarge,

    /// <summary>There is no connection, it broke, or the server closed it.</summary>
    Lost,

    /// <summary>The server did not answer, or sends too slowly. The connection is closed.</summary>
    TimedOut,

    /// <summary>What the server said is no POP3. The connection is closed.</summary>
    ProtocolError,

    /// <summary>The handshake of TLS came to nothing. The connection is closed.</summary>
    TlsFailed,

    /// <summary>The server claims to have let us in without having proven that it is the right one. The connection is closed.</summary>
    NotGenuine,

    /// <summary>The caller has cancelled it. The connection is closed.</summary>
    Cancelled,
}

/// <summary>What became of a step of a dialogue.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reply">The server's reply; null when none came.</param>
/// <param name="Text">The reply, or what went wrong without one.</param>
public sealed record Pop3Step(Pop3Outcome Outcome, Pop3ReplyText? Reply, string Text)
{
    internal static readonly Pop3Step AllAnswered = new(Pop3Outcome.Done, null, "done");

    /// <summary>Whether the server said yes.</summary>
    public bool IsDone => Outcome == Pop3Outcome.Done;

    /// <summary>The response code of the reply.</summary>
    public Pop3ResponseCode Code => Reply?.Code ?? Pop3ResponseCode.None;

    internal static Pop3Step Of(Pop3ReplyText reply) => new(reply.IsPositive ? Pop3Outcome.Done : OutcomeOf(reply.Code), reply, reply.Text);

    private static Pop3Outcome OutcomeOf(Pop3ResponseCode code) => code switch
    {
        Pop3ResponseCode.Auth => Pop3Outcome.BadPassword,
        Pop3ResponseCode.InUse or Pop3ResponseCode.LoginDelay or Pop3ResponseCode.SysTemp => Pop3Outcome.Later,
        _ => Pop3Outcome.Refused,
    };
}
