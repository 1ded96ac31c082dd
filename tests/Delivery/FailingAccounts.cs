using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Accounts;

namespace Merpati.Delivery.Tests;

/// <summary>Accounts in a store that cannot answer.</summary>
internal sealed class FailingAccounts : IAccountStore
{
    private static StoreException Failure => new(StoreFailure.Busy, "the store is busy");

    public ValueTask<AddressRecord> FindAsync(EmailAddress address, CancellationToken cancellation) => throw Failure;

    public ValueTask<Domain?> FindFirstDomainAsync(CancellationToken cancellation) => throw Failure;

    public ValueTask<Account?> FindFirstAccountAsync(CancellationToken cancellation) => throw Failure;

    public ValueTask<IReadOnlyList<DomainRecord>> ListDomainsAsync(CancellationToken cancellation) => throw Failure;

    public ValueTask<IReadOnlyList<Account>> ListAccountsAsync(Domain? domain, CancellationToken cancellation) => throw Failure;

    public ValueTask<ChangeOutcome> AddDomainAsync(Domain domain, CancellationToken cancellation) => throw Failure;

    public ValueTask<ChangeOutcome> RemoveDomainAsync(Domain domain, CancellationToken cancellation) => throw Failure;

    public ValueTask<ChangeOutcome> AddAccountAsync(NewAccount account, CancellationToken cancellation) => throw Failure;

    public ValueTask<IReadOnlyList<ChangeOutcome>> AddAccountsAsync(IReadOnlyList<NewAccount> accounts, CancellationToken cancellation) => throw Failure;

    public ValueTask<ChangeOutcome> SetVerifierAsync(EmailAddress address, string verifier, string? sealedSecret, CancellationToken cancellation) => throw Failure;

    public ValueTask<ChangeOutcome> SetDisabledAsync(EmailAddress address, bool disabled, CancellationToken cancellation) => throw Failure;

    public ValueTask<ChangeOutcome> RemoveAccountAsync(EmailAddress address, CancellationToken cancellation) => throw Failure;
}
