using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Mail.Directory;

/// <summary>How an address stands with us.</summary>
public enum RecipientStanding
{
    /// <summary>It is delivered here: <c>250</c>.</summary>
    Local,

    /// <summary>It has another address now, and the message is carried there: <c>251</c> (RFC 5321 §3.4). Recipient and new address are set.</summary>
    Forwarded,

    /// <summary>It has another address now, which the sender shall use: <c>551</c> (RFC 5321 §3.4). The new address is set.</summary>
    Moved,

    /// <summary>The domain is ours, the user is not.</summary>
    NoSuchUser,

    /// <summary>The account exists and takes no mail.</summary>
    Disabled,

    /// <summary>The domain is not ours: to carry the message there would be relaying.</summary>
    Foreign,

    /// <summary>The address leads to another host, and this one carries nothing there.</summary>
    NotCarried,

    /// <summary>The mailbox is full now: <c>452 4.2.2</c>.</summary>
    OverQuota,

    /// <summary>The message, by the size declared, is larger than the mailbox's whole quota: <c>552 5.2.2</c>.</summary>
    LargerThanQuota,

    /// <summary>The group takes no messages from this sender: <c>550 5.7.2</c>.</summary>
    MayNotPost,

    /// <summary>SEND to a user who has no terminal attached now: <c>450 4.2.1</c>.</summary>
    NotAttached,

    /// <summary>SEND to a user who takes no messages on a terminal, or to what is no user: <c>550 5.2.1</c>.</summary>
    NoTerminal,

    /// <summary>Its aliases lead round in a circle: <c>550 5.4.6</c>.</summary>
    Loop,

    /// <summary>The directory cannot answer now; the client should try again.</summary>
    Unavailable,
}

/// <summary>The directory's answer about one recipient.</summary>
/// <param name="Standing">How the address stands with us.</param>
/// <param name="Recipient">The recipient for the envelope; set when <paramref name="Standing"/> is <see cref="RecipientStanding.Local"/> or <see cref="RecipientStanding.Forwarded"/>.</param>
/// <param name="NewAddress">The address to use instead; set when <paramref name="Standing"/> is <see cref="RecipientStanding.Forwarded"/> or <see cref="RecipientStanding.Moved"/>.</param>
public readonly record struct RecipientAnswer(RecipientStanding Standing, Recipient? Recipient = null, EmailAddress? NewAddress = null);
