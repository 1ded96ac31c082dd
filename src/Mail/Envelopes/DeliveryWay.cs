namespace Merpati.Mail.Envelopes;

/// <summary>Where a message goes that is for a user of ours (RFC 821 §3.4).</summary>
public enum DeliveryWay
{
    /// <summary>Into the mailbox: MAIL.</summary>
    Mailbox,

    /// <summary>To the user's terminals, or nowhere: SEND.</summary>
    Terminal,

    /// <summary>To the terminals where there are some, else into the mailbox: SOML.</summary>
    TerminalOrMailbox,

    /// <summary>To the terminals where there are some, and into the mailbox: SAML.</summary>
    TerminalAndMailbox,
}
