using Merpati.Mail.Addresses;

namespace Merpati.Storage.Accounts;

/// <summary>An account as it is kept.</summary>
/// <param name="Id">Its number, never used twice.</param>
/// <param name="Address">Its address, in the case in which it was added.</param>
/// <param name="FullName">The name of the person; empty when none was given.</param>
/// <param name="Verifier">The password verifier in its text form; null when it has no password.</param>
/// <param name="Disabled">Whether it is shut: it cannot log in and takes no mail.</param>
/// <param name="InboxId">The number of its inbox.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record Account(long Id, EmailAddress Address, string FullName, string? Verifier, bool Disabled, long InboxId, DateTimeOffset CreatedAt)
{
    /// <summary>The password itself, sealed, for mechanisms that cannot do without it; null for all but legacy accounts.</summary>
    public string? SealedSecret { get; init; }
}

/// <summary>An account to be added.</summary>
/// <param name="Address">Its address.</param>
/// <param name="FullName">The name of the person; may be empty.</param>
/// <param name="Verifier">The password verifier in its text form; null for none.</param>
public sealed record NewAccount(EmailAddress Address, string FullName, string? Verifier)
{
    /// <summary>The password itself, sealed; null for none.</summary>
    public string? SealedSecret { get; init; }
}

/// <summary>A domain as it is kept.</summary>
/// <param name="Domain">Its name.</param>
/// <param name="Accounts">How many accounts it has.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record DomainRecord(Domain Domain, int Accounts, DateTimeOffset CreatedAt);

/// <summary>What is known of an address.</summary>
/// <param name="DomainIsOurs">Whether we are the final host of its domain.</param>
/// <param name="Account">The account; null when there is none.</param>
public readonly record struct AddressRecord(bool DomainIsOurs, Account? Account);

/// <summary>What came of a change.</summary>
public enum ChangeOutcome
{
    /// <summary>Done, durably.</summary>
    Done,

    /// <summary>It is already there.</summary>
    AlreadyExists,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>The domain of the address is not ours.</summary>
    NoSuchDomain,

    /// <summary>Something still depends on it.</summary>
    InUse,

    /// <summary>It would lead back to itself.</summary>
    Loop,
}
