using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Sqlite.Reading;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Accounts;

/// <summary>Domains and accounts in SQLite. Nothing is cached: what another process changes holds from the next question on.</summary>
internal sealed class SqliteAccountStore : IAccountStore
{
    private readonly ReaderPool _readers;
    private readonly Writer _writer;

    internal SqliteAccountStore(ReaderPool readers, Writer writer)
    {
        _readers = readers;
        _writer = writer;
    }

    public ValueTask<AddressRecord> FindAsync(EmailAddress address, CancellationToken cancellation) =>
        _readers.ReadAsync(address, AccountRows.Find, cancellation);

    public ValueTask<Domain?> FindFirstDomainAsync(CancellationToken cancellation) =>
        _readers.ReadAsync(0, static (database, _) => AccountRows.FindFirstDomain(database), cancellation);

    public ValueTask<Account?> FindFirstAccountAsync(CancellationToken cancellation) =>
        _readers.ReadAsync(0, static (database, _) => AccountRows.FindFirstAccount(database), cancellation);

    public ValueTask<IReadOnlyList<DomainRecord>> ListDomainsAsync(CancellationToken cancellation) =>
        _readers.ReadAsync(0, static (database, _) => AccountRows.ListDomains(database), cancellation);

    public ValueTask<IReadOnlyList<Account>> ListAccountsAsync(Domain? domain, CancellationToken cancellation) =>
        _readers.ReadAsync(domain, AccountRows.ListAccounts, cancellation);

    public ValueTask<ChangeOutcome> AddDomainAsync(Domain domain, CancellationToken cancellation) =>
        ChangeAsync(transaction => AccountChanges.AddDomain(transaction, domain), cancellation);

    public ValueTask<ChangeOutcome> RemoveDomainAsync(Domain domain, CancellationToken cancellation) =>
        ChangeAsync(transaction => AccountChanges.RemoveDomain(transaction, domain), cancellation);

    public ValueTask<ChangeOutcome> AddAccountAsync(NewAccount account, CancellationToken cancellation) =>
        ChangeAsync(transaction => AccountChanges.Add(transaction, account), cancellation);

    public ValueTask<IReadOnlyList<ChangeOutcome>> AddAccountsAsync(IReadOnlyList<NewAccount> accounts, CancellationToken cancellation) =>
        ChangeAsync<IReadOnlyList<ChangeOutcome>>(transaction => [.. accounts.Select(account => AccountChanges.Add(transaction, account))], cancellation);

    public ValueTask<ChangeOutcome> SetVerifierAsync(EmailAddress address, string verifier, string? sealedSecret, CancellationToken cancellation) =>
        ChangeAsync(transaction => AccountChanges.SetVerifier(transaction, address, verifier, sealedSecret), cancellation);

    public ValueTask<ChangeOutcome> SetDisabledAsync(EmailAddress address, bool disabled, CancellationToken cancellation) =>
        ChangeAsync(transaction => AccountChanges.SetDisabled(transaction, address, disabled), cancellation);

    public ValueTask<ChangeOutcome> RemoveAccountAsync(EmailAddress address, CancellationToken cancellation) =>
        ChangeAsync(transaction => AccountChanges.Remove(transaction, address), cancellation);

    private ValueTask<T> ChangeAsync<T>(Func<WriteTransaction, T> change, CancellationToken cancellation) =>
        new(_writer.MakeAsync(new SmallChange<T>(change), cancellation));
}
