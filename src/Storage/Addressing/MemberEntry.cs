using Merpati.Mail.Addresses;

namespace Merpati.Storage.Addressing;

/// <summary>A member of a group with what stands at its address: enough to deliver by, and little enough for pages of a thousand.</summary>
/// <param name="Address">The member.</param>
/// <param name="DomainIsOurs">Whether we are the final host of its domain.</param>
/// <param name="Kind">What stands there.</param>
public sealed record MemberEntry(EmailAddress Address, bool DomainIsOurs, AddressKind Kind)
{
    /// <summary>The account's number; 0 when no account stands there.</summary>
    public long AccountId { get; init; }

    /// <summary>The number of the account's inbox; 0 when no account stands there.</summary>
    public long InboxId { get; init; }

    /// <summary>The account's full name, or the group's name; empty when there is none.</summary>
    public string FullName { get; init; } = "";

    /// <summary>Whether the account is shut.</summary>
    public bool Disabled { get; init; }
}
