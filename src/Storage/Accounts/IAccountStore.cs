using Merpati.Mail.Addresses;

namespace Merpati.Storage.Accounts;

/// <summary>
/// Domains and accounts. Every change is durable when its task completes, and seen by every process on the same store from its next
/// question on. Safe for concurrent callers. Throws <see cref="StoreException"/> when the store cannot answer.
/// </summary>
public interface IAccountStore
{
    /// <summary>What is known of an address: whether its domain is ours, and the account if there is one. The local part's case does not matter.</summary>
    ValueTask<AddressRecord> FindAsync(EmailAddress address, CancellationToken cancellation);

    /// <summary>The domain that was added first and still exists; null when there is none.</summary>
    ValueTask<Domain?> FindFirstDomainAsync(CancellationToken cancellation);

    /// <summary>The oldest account that is not disabled, in any domain; null when there is none.</summary>
    ValueTask<Account?> FindFirstAccountAsync(CancellationToken cancellation);

    /// <summary>All domains, in the order in which they were added.</summary>
    ValueTask<IReadOnlyList<DomainRecord>> ListDomainsAsync(CancellationToken cancellation);

    /// <summary>The accounts of one domain, or of all when null, ordered by domain and address.</summary>
    ValueTask<IReadOnlyList<Account>> ListAccountsAsync(Domain? domain, CancellationToken cancellation);

    /// <summary>Adds a domain; <see cref="ChangeOutcome.AlreadyExists"/> when it is there.</summary>
    ValueTask<ChangeOutcome> AddDomainAsync(Domain domain, CancellationToken cancellation);

    /// <summary>Removes a domain; <see cref="ChangeOutcome.InUse"/> while it has accounts, aliases, groups or forwards.</summary>
    ValueTask<ChangeOutcome> RemoveDomainAsync(Domain domain, CancellationToken cancellation);

    /// <summary>
    /// Adds an account with its inbox. <see cref="ChangeOutcome.NoSuchDomain"/> when its domain is not ours,
    /// <see cref="ChangeOutcome.AlreadyExists"/> when the address is taken, by an alias, a group or a forward perhaps.
    /// </summary>
    ValueTask<ChangeOutcome> AddAccountAsync(NewAccount account, CancellationToken cancellation);

    /// <summary>Adds many accounts in one transaction; the outcomes are in the order given, and those that could be added are.</summary>
    ValueTask<IReadOnlyList<ChangeOutcome>> AddAccountsAsync(IReadOnlyList<NewAccount> accounts, CancellationToken cancellation);

    /// <summary>
    /// Sets a new password: its verifier (in text form) and, for a legacy account, the sealed password, at once; null takes that away.
    /// <see cref="ChangeOutcome.NotFound"/> when there is no such account.
    /// </summary>
    ValueTask<ChangeOutcome> SetVerifierAsync(EmailAddress address, string verifier, string? sealedSecret, CancellationToken cancellation);

    /// <summary>Shuts an account or opens it again.</summary>
    ValueTask<ChangeOutcome> SetDisabledAsync(EmailAddress address, bool disabled, CancellationToken cancellation);

    /// <summary>Removes an account with its mailboxes and their messages. Aliases that point to it stay, and lead nowhere.</summary>
    ValueTask<ChangeOutcome> RemoveAccountAsync(EmailAddress address, CancellationToken cancellation);
}
