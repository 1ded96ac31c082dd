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

    /// <summary>The store failed; the client should try again.</summary>
    StoreFailed,
}
