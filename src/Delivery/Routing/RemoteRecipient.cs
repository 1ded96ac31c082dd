using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Delivery.Routing;

/// <summary>A recipient at another host, to which the message is carried as it was addressed.</summary>
internal sealed class RemoteRecipient : Recipient
{
    public RemoteRecipient(EmailAddress address)
        : base(address)
    {
    }
}
