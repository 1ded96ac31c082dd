namespace Merpati.Mail.Mailboxes;

/// <summary>The flags of a message in a mailbox (RFC 9051 §2.3.2). The values are stored: they never change.</summary>
[Flags]
public enum MessageFlags
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>The message has been read.</summary>
    Seen = 1,

    /// <summary>The message has been answered.</summary>
    Answered = 2,

    /// <summary>The message is marked for attention.</summary>
    Flagged = 4,

    /// <summary>The message is marked for removal.</summary>
    Deleted = 8,

    /// <summary>The message is a draft.</summary>
    Draft = 16,
}
