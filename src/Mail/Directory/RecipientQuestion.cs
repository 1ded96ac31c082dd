using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Mail.Directory;

/// <summary>What RCPT asks of the directory.</summary>
/// <param name="Recipient">Whom; a path without a domain means the default domain.</param>
/// <param name="ReversePath">On whose behalf: a group may let only some people post.</param>
public sealed record RecipientQuestion(MailPath Recipient, MailPath ReversePath)
{
    /// <summary>Who has logged in; null for a stranger.</summary>
    public Submitter? Submitter { get; init; }

    /// <summary>Whether the client is in a trusted network.</summary>
    public bool IsTrusted { get; init; }

    /// <summary>Mailbox, terminal, or both.</summary>
    public DeliveryWay Way { get; init; }

    /// <summary>The size that MAIL declared, in octets; 0 when it did not. Quotas are judged by it.</summary>
    public long DeclaredOctets { get; init; }

    /// <summary>What the sender wants to be told about this recipient; the answer's recipient carries it on.</summary>
    public RecipientNotices? Notices { get; init; }
}
