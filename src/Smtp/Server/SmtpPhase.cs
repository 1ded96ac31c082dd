namespace Merpati.Smtp.Server;

/// <summary>How far the order of commands has come (RFC 5321 §4.1.4), and nothing else.</summary>
[Flags]
internal enum SmtpPhase
{
    /// <summary>No phase.</summary>
    None = 0,

    /// <summary>The banner was sent.</summary>
    Connected = 1,

    /// <summary>HELO or EHLO was accepted; no transaction is open.</summary>
    Greeted = 2,

    /// <summary>MAIL was accepted.</summary>
    MailGiven = 4,

    /// <summary>At least one RCPT was answered, with whatever answer.</summary>
    RcptGiven = 8,

    /// <summary>A chunk of the message was taken, or failed (RFC 3030 §2).</summary>
    ChunkGiven = 16,

    /// <summary>Every phase.</summary>
    Any = Connected | Greeted | MailGiven | RcptGiven | ChunkGiven,
}
