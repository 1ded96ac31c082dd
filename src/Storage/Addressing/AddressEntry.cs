using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;

namespace Merpati.Storage.Addressing;

/// <summary>What stands at an address.</summary>
public enum AddressKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An account.</summary>
    Account,

    /// <summary>An alias.</summary>
    Alias,

    /// <summary>A group.</summary>
    Group,

    /// <summary>A forward.</summary>
    Forward,
}

/// <summary>The answer about one address; what belongs to its <see cref="Kind"/> is set.</summary>
/// <param name="DomainIsOurs">Whether we are the final host of its domain.</param>
/// <param name="Kind">What stands there.</param>
public sealed record AddressEntry(bool DomainIsOurs, AddressKind Kind)
{
    /// <summary>Who gets what is for nobody in this domain; null when it is refused.</summary>
    public EmailAddress? CatchAll { get; init; }

    /// <summary>The account.</summary>
    public Account? Account { get; init; }

    /// <summary>What is set for the account and how full it is.</summary>
    public AccountRoom? Room { get; init; }

    /// <summary>The alias.</summary>
    public AliasRecord? Alias { get; init; }

    /// <summary>The group.</summary>
    public GroupRecord? Group { get; init; }

    /// <summary>The forward.</summary>
    public ForwardRecord? Forward { get; init; }
}
