using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Reading;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>Aliases, groups, forwards and settings in SQLite. Nothing is cached: what another process changes holds from the next question on.</summary>
internal sealed class SqliteAddressStore : IAddressStore
{
    private const int MaxPosters = 1000;

    private readonly ReaderPool _readers;
    private readonly Writer _writer;

    internal SqliteAddressStore(ReaderPool readers, Writer writer)
    {
        _readers = readers;
        _writer = writer;
    }

    public ValueTask<AddressEntry> FindAsync(EmailAddress address, CancellationToken cancellation) =>
        _readers.ReadAsync(address, AddressRows.Find, cancellation);

    public ValueTask<IReadOnlyList<Account>> SearchAsync(string text, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _readers.ReadAsync((text, limit), AccountSearch.Run, cancellation);
    }

    public ValueTask<ChangeOutcome> AddAliasAsync(EmailAddress alias, IReadOnlyList<EmailAddress> targets, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfZero(targets.Count);
        return ChangeAsync(transaction => RedirectChanges.AddAlias(transaction, alias, targets), cancellation);
    }

    public ValueTask<ChangeOutcome> RemoveAliasAsync(EmailAddress alias, IReadOnlyList<EmailAddress> targets, CancellationToken cancellation) =>
        ChangeAsync(transaction => RedirectChanges.RemoveAlias(transaction, alias, targets), cancellation);

    public ValueTask<IReadOnlyList<AliasRecord>> ListAliasesAsync(Domain? domain, CancellationToken cancellation) =>
        _readers.ReadLongAsync(domain, AddressListing.ListAliases, cancellation);

    public ValueTask<ChangeOutcome> AddGroupAsync(EmailAddress group, GroupSettings settings, CancellationToken cancellation)
    {
        Judge(settings);
        return ChangeAsync(transaction => GroupChanges.Add(transaction, group, settings), cancellation);
    }

    public ValueTask<ChangeOutcome> SetGroupAsync(EmailAddress group, GroupSettings settings, CancellationToken cancellation)
    {
        Judge(settings);
        return ChangeAsync(transaction => GroupChanges.Set(transaction, group, settings), cancellation);
    }

    public ValueTask<ChangeOutcome> RemoveGroupAsync(EmailAddress group, CancellationToken cancellation) =>
        ChangeAsync(transaction => GroupChanges.Remove(transaction, group), cancellation);

    public ValueTask<int?> AddMembersAsync(EmailAddress group, IReadOnlyList<EmailAddress> members, CancellationToken cancellation) =>
        ChangeAsync(transaction => GroupChanges.AddMembers(transaction, group, members), cancellation);

    public ValueTask<int?> RemoveMembersAsync(EmailAddress group, IReadOnlyList<EmailAddress> members, CancellationToken cancellation) =>
        ChangeAsync(transaction => GroupChanges.RemoveMembers(transaction, group, members), cancellation);

    public ValueTask<IReadOnlyList<GroupRecord>> ListGroupsAsync(Domain? domain, CancellationToken cancellation) =>
        _readers.ReadLongAsync(domain, AddressListing.ListGroups, cancellation);

    public ValueTask<IReadOnlyList<EmailAddress>> ReadMembersAsync(long groupId, EmailAddress? after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _readers.ReadAsync((groupId, after, limit), AddressRows.ReadMembers, cancellation);
    }

    public ValueTask<IReadOnlyList<MemberEntry>> ReadMemberEntriesAsync(long groupId, EmailAddress? after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _readers.ReadLongAsync((groupId, after, limit), MemberRows.Read, cancellation);
    }

    public ValueTask<long> ReadVersionAsync(CancellationToken cancellation) =>
        _readers.ReadAsync(0, static (database, _) => MemberRows.ReadVersion(database), cancellation);

    public ValueTask<bool> IsMemberAsync(long groupId, EmailAddress address, CancellationToken cancellation) =>
        _readers.ReadAsync((groupId, address), AddressRows.IsMember, cancellation);

    public ValueTask<ChangeOutcome> AddForwardAsync(EmailAddress old, EmailAddress target, ForwardMode mode, CancellationToken cancellation) =>
        ChangeAsync(transaction => RedirectChanges.AddForward(transaction, old, target, mode), cancellation);

    public ValueTask<ChangeOutcome> RemoveForwardAsync(EmailAddress old, CancellationToken cancellation) =>
        ChangeAsync(transaction => RedirectChanges.RemoveForward(transaction, old), cancellation);

    public ValueTask<IReadOnlyList<ForwardRecord>> ListForwardsAsync(Domain? domain, CancellationToken cancellation) =>
        _readers.ReadLongAsync(domain, AddressListing.ListForwards, cancellation);

    public ValueTask<ChangeOutcome> SetDomainAsync(Domain domain, DomainSettings settings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.QuotaOctets ?? 0);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.AccountQuotaOctets ?? 0);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Retention?.Days ?? 0);
        return ChangeAsync(transaction => SettingChanges.SetDomain(transaction, domain, settings), cancellation);
    }

    public ValueTask<DomainSettings?> ReadDomainAsync(Domain domain, CancellationToken cancellation) =>
        _readers.ReadAsync(domain, AddressRows.FindDomain, cancellation);

    public ValueTask<ChangeOutcome> SetAccountAsync(EmailAddress account, AccountSettings settings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.QuotaOctets ?? 0);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Retention?.Days ?? 0);
        return ChangeAsync(transaction => SettingChanges.SetAccount(transaction, account, settings), cancellation);
    }

    public ValueTask<AccountRoom?> ReadAccountAsync(EmailAddress account, CancellationToken cancellation) =>
        _readers.ReadAsync(account, AddressRows.FindRoom, cancellation);

    private static void Judge(GroupSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Posters.Count, MaxPosters);
    }

    private ValueTask<T> ChangeAsync<T>(Func<WriteTransaction, T> change, CancellationToken cancellation) =>
        new(_writer.MakeAsync(new SmallChange<T>(change), cancellation));
}
