using Merpati.Mail.Status;

namespace Merpati.Smtp.Client;

/// <summary>How a step of a dialogue ended.</summary>
public enum SmtpOutcome
{
    /// <summary>The server said yes.</summary>
    Done,

    /// <summary>The server said no for now: 4xx. After 421 the connection is closed.</summary>
    Deferred,

    /// <summary>The server said no for good: 5xx.</summary>
    Refused,

    /// <summary>The server does not offer it, and was not asked.</summary>
    Unsupported,

    /// <summary>The connection broke or the server closed it.</summary>
    Lost,

    /// <summary>The server did not answer, or did not take what was sent, in time. The connection is closed.</summary>
    TimedOut,

    /// <summary>What the server said is no SMTP. The connection is closed.</summary>
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
/// <param name="Text">The reply, or what went wrong before one.</param>
public sealed record SmtpStep(SmtpOutcome Outcome, SmtpReplyText? Reply, string Text)
{
    /// <summary>Whether the server said yes.</summary>
    public bool IsDone => Outcome == SmtpOutcome.Done;

    /// <summary>The server's enhanced code where it gave one, else one that fits.</summary>
    public EnhancedStatusCode Status => Outcome switch
    {
        SmtpOutcome.Done or SmtpOutcome.Deferred or SmtpOutcome.Refused when Reply is { Status: { } own } => own,
        SmtpOutcome.Done => new EnhancedStatusCode(2, 0, 0),
        SmtpOutcome.Refused => new EnhancedStatusCode(5, 0, 0),
        SmtpOutcome.Unsupported => new EnhancedStatusCode(5, 3, 3),
        SmtpOutcome.Lost or SmtpOutcome.TimedOut => new EnhancedStatusCode(4, 4, 2),
        SmtpOutcome.ProtocolError => new EnhancedStatusCode(4, 5, 0),
        SmtpOutcome.TlsFailed or SmtpOutcome.NotGenuine => new EnhancedStatusCode(4, 7, 5),
        _ => new EnhancedStatusCode(4, 0, 0),
    };

    internal static SmtpStep Of(SmtpReplyText reply) => new(
        reply.IsPermanent ? SmtpOutcome.Refused : reply.IsTransient ? SmtpOutcome.Deferred : SmtpOutcome.Done, reply, reply.Text);
}
