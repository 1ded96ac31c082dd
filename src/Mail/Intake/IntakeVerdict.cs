namespace Merpati.Mail.Intake;

/// <summary>What became of a message that was offered.</summary>
public enum IntakeVerdict
{
    /// <summary>Stored, durably, for every recipient.</summary>
    Accepted,

    /// <summary>Larger than the configured limit (RFC 1870 §6.1).</summary>
    TooBig,

    /// <summary>The disk has no room for it now; the client should try again.</summary>
    NoSpace,

    /// <summary>It has passed through too many hosts (RFC 5321 §6.3).</summary>
    Loop,

    /// <summary>A recipient's mailbox went away between RCPT and the end of data; the client should try again and be told at RCPT.</summary>
    RecipientGone,

    /// <summary>A recipient's mailbox has no room left for it by its quota; the client should try again later.</summary>
    OverQuota,

    /// <summary>It was for a terminal, and no terminal is attached any more; the client may try again.</summary>
    NotAttached,

    /// <summary>Submitted by a user whose address its From or Sender field does not name (RFC 6409 §6.1).</summary>
    ForeignAuthor,

    /// <summary>Submitted without a From field that can be read (RFC 6409 §8.1).</summary>
    NoAuthor,

    /// <summary>The store failed; the client should try again.</summary>
    StoreFailed,
}
