using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Delivery.Routing;

/// <summary>An account that a recipient leads to.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="MailboxId">Its inbox.</param>
/// <param name="AcceptsTerminal">Whether messages may go to its terminals.</param>
internal readonly record struct AccountTarget(long AccountId, long MailboxId, bool AcceptsTerminal);

/// <summary>A group that a recipient leads to; its members are asked for when the message is there.</summary>
/// <param name="Id">The group's number.</param>
/// <param name="Address">Its address.</param>
/// <param name="Name">Its name; may be empty.</param>
internal readonly record struct GroupTarget(long Id, EmailAddress Address, string Name);

/// <summary>A recipient that is delivered here, with what was found for it.</summary>
internal sealed class LocalRecipient : Recipient
{
    public LocalRecipient(EmailAddress address, AccountTarget[] accounts, GroupTarget[] groups)
        : base(address)
    {
        Accounts = accounts;
        Groups = groups;
    }

    /// <summary>The addresses of other hosts to which it is redirected.</summary>
    public EmailAddress[] Abroad { get; init; } = [];

    public AccountTarget[] Accounts { get; }

    public GroupTarget[] Groups { get; }
}
