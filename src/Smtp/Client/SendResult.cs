using Merpati.Mail.Status;

namespace Merpati.Smtp.Client;

/// <summary>Whether a message could be offered to a server at all.</summary>
public enum SendOutcome
{
    /// <summary>It was offered; what became of it each recipient's report says.</summary>
    Offered,

    /// <summary>It is larger than the server takes: 5.3.4.</summary>
    TooLarge,

    /// <summary>It has octets above 127 and the server takes none (RFC 6152 §3). Converted it may go.</summary>
    NeedsEightBit,

    /// <summary>It is BINARYMIME and the server does not take that (RFC 3030 §3). Converted it may go.</summary>
    NeedsBinary,

    /// <summary>It needs SMTPUTF8, which the server does not know: 5.6.7 (RFC 6531 §3.5).</summary>
    NeedsUtf8,
}

/// <summary>What became of a message for one recipient.</summary>
public enum RecipientOutcome
{
    /// <summary>The server has taken it.</summary>
    Delivered,

    /// <summary>The server takes no more recipients at once, or this one was not reached: it may be sent at once in another transaction.</summary>
    Later,

    /// <summary>Not for now.</summary>
    Deferred,

    /// <summary>Not at all.</summary>
    Refused,

    /// <summary>All was sent and no reply came: the server may have taken it. To be treated as deferred, at the price of a duplicate (RFC 5321 §6.1).</summary>
    Unknown,
}

/// <summary>What became of a message for one recipient.</summary>
/// <param name="Recipient">Who.</param>
/// <param name="Outcome">What.</param>
/// <param name="Status">The server's enhanced code where it gave one, else one that fits.</param>
/// <param name="Reply">The server's reply that decided it; null when none did.</param>
/// <param name="Text">The reply in full, or what was decided or went wrong without one; at most 4,000 characters.</param>
public sealed record RecipientReport(OutgoingRecipient Recipient, RecipientOutcome Outcome, EnhancedStatusCode Status, SmtpReplyText? Reply, string Text);

/// <summary>How a connection stands after a message.</summary>
public enum SmtpStanding
{
    /// <summary>It can carry another message.</summary>
    Usable,

    /// <summary>The server takes no more messages by it (RFC 9422, MAILMAX): it is time for QUIT.</summary>
    Exhausted,

    /// <summary>It is closed.</summary>
    Closed,
}

/// <summary>What became of a message.</summary>
/// <param name="Outcome">Whether it was offered.</param>
/// <param name="Recipients">A report for each recipient, in the message's order.</param>
/// <param name="Standing">How the connection stands.</param>
/// <param name="Ending">What ended the connection; null when it is not closed.</param>
public sealed record SendResult(SendOutcome Outcome, IReadOnlyList<RecipientReport> Recipients, SmtpStanding Standing, SmtpStep? Ending);
