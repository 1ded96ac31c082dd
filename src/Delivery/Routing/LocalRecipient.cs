using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Delivery.Routing;

/// <summary>A recipient that is delivered here, with the mailbox that was found for it.</summary>
internal sealed class LocalRecipient : Recipient
{
    public LocalRecipient(EmailAddress address, long mailboxId)
        : base(address) => MailboxId = mailboxId;

    public long MailboxId { get; }
}
