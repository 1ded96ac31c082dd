using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;

namespace Merpati.Storage.Addressing;

/// <summary>
/// What else an address of ours can be besides an account: alias, group, forward; and what a domain does with the rest. An address is one of them
/// at most. Every change is durable when its task completes, and seen by every process on the same store from its next question on. Nothing is
/// loaded at start. Safe for concurrent callers. Throws <see cref="StoreException"/> when the store cannot answer.
/// </summary>
public interface IAddressStore
{
    /// <summary>What stands at exactly this address (the local part's case does not matter), and what its domain does with the rest.</summary>
    ValueTask<AddressEntry> FindAsync(EmailAddress address, CancellationToken cancellation);

    /// <summary>
    /// A number that is another one after every change to where addresses lead, by whatever process: a domain, an account added, removed, shut or opened,
    /// an alias, a group, a member, a forward. What was worked out from them holds while it stays the same.
    /// </summary>
    ValueTask<long> ReadVersionAsync(CancellationToken cancellation);

    /// <summary>
    /// Users whose full name, or a word of it, or whose local part is <paramref name="text"/> in any case, those that match whole first;
    /// at most <paramref name="limit"/>. Disabled accounts are left out.
    /// </summary>
    ValueTask<IReadOnlyList<Account>> SearchAsync(string text, int limit, CancellationToken cancellation);

    /// <summary>
    /// Adds an alias, or adds targets to one that is there. <see cref="ChangeOutcome.AlreadyExists"/> when something else has the address,
    /// or all targets are there; <see cref="ChangeOutcome.Loop"/> when a target leads back to it, or when so much leads to it (10,000 addresses) that
    /// nobody could tell; <see cref="ChangeOutcome.NoSuchDomain"/> when its domain is not ours. With anything but <see cref="ChangeOutcome.Done"/>
    /// nothing was added. At least one target. Ways through a catch-all or user+detail are not followed: who delivers finds loops that these make.
    /// </summary>
    ValueTask<ChangeOutcome> AddAliasAsync(EmailAddress alias, IReadOnlyList<EmailAddress> targets, CancellationToken cancellation);

    /// <summary>
    /// Removes an alias, or with targets only those; the last one takes the alias with it. <see cref="ChangeOutcome.NotFound"/> when there is no such
    /// alias or none of the targets.
    /// </summary>
    ValueTask<ChangeOutcome> RemoveAliasAsync(EmailAddress alias, IReadOnlyList<EmailAddress> targets, CancellationToken cancellation);

    /// <summary>The aliases of a domain, or of all when null, by domain and address.</summary>
    ValueTask<IReadOnlyList<AliasRecord>> ListAliasesAsync(Domain? domain, CancellationToken cancellation);

    /// <summary>
    /// Adds a group without members; <see cref="ChangeOutcome.AlreadyExists"/> when the address is taken. More than 1,000 posters are an
    /// <see cref="ArgumentOutOfRangeException"/>, here and in <see cref="SetGroupAsync"/>.
    /// </summary>
    ValueTask<ChangeOutcome> AddGroupAsync(EmailAddress group, GroupSettings settings, CancellationToken cancellation);

    /// <summary>Sets what is set for a group.</summary>
    ValueTask<ChangeOutcome> SetGroupAsync(EmailAddress group, GroupSettings settings, CancellationToken cancellation);

    /// <summary>Removes a group with its list of members.</summary>
    ValueTask<ChangeOutcome> RemoveGroupAsync(EmailAddress group, CancellationToken cancellation);

    /// <summary>Adds members, each once; returns how many were new. Null when there is no such group. -1 when one of them leads back to the group, with nothing added.</summary>
    ValueTask<int?> AddMembersAsync(EmailAddress group, IReadOnlyList<EmailAddress> members, CancellationToken cancellation);

    /// <summary>Removes members; returns how many there were. Null when there is no such group.</summary>
    ValueTask<int?> RemoveMembersAsync(EmailAddress group, IReadOnlyList<EmailAddress> members, CancellationToken cancellation);

    /// <summary>The groups of a domain, or of all when null, by domain and address.</summary>
    ValueTask<IReadOnlyList<GroupRecord>> ListGroupsAsync(Domain? domain, CancellationToken cancellation);

    /// <summary>The members of a group after <paramref name="after"/> (null for the first), by the text of their addresses in lower case, at most <paramref name="limit"/>; empty when there is no such group.</summary>
    ValueTask<IReadOnlyList<EmailAddress>> ReadMembersAsync(long groupId, EmailAddress? after, int limit, CancellationToken cancellation);

    /// <summary>As <see cref="ReadMembersAsync"/>, each with what stands at its address.</summary>
    ValueTask<IReadOnlyList<MemberEntry>> ReadMemberEntriesAsync(long groupId, EmailAddress? after, int limit, CancellationToken cancellation);

    /// <summary>Whether an address is in the group's own list.</summary>
    ValueTask<bool> IsMemberAsync(long groupId, EmailAddress address, CancellationToken cancellation);

    /// <summary>Adds a forward; <see cref="ChangeOutcome.AlreadyExists"/> when the address is taken, <see cref="ChangeOutcome.Loop"/> when the target leads back to it.</summary>
    ValueTask<ChangeOutcome> AddForwardAsync(EmailAddress old, EmailAddress target, ForwardMode mode, CancellationToken cancellation);

    /// <summary>Removes a forward.</summary>
    ValueTask<ChangeOutcome> RemoveForwardAsync(EmailAddress old, CancellationToken cancellation);

    /// <summary>The forwards of a domain, or of all when null, by domain and address.</summary>
    ValueTask<IReadOnlyList<ForwardRecord>> ListForwardsAsync(Domain? domain, CancellationToken cancellation);

    /// <summary>Sets what a domain does: catch-all, quotas and retention; neither of these is negative.</summary>
    ValueTask<ChangeOutcome> SetDomainAsync(Domain domain, DomainSettings settings, CancellationToken cancellation);

    /// <summary>What is set for a domain; null when it is not ours.</summary>
    ValueTask<DomainSettings?> ReadDomainAsync(Domain domain, CancellationToken cancellation);

    /// <summary>Sets what is set for an account besides its password; a quota and a retention are not negative.</summary>
    ValueTask<ChangeOutcome> SetAccountAsync(EmailAddress account, AccountSettings settings, CancellationToken cancellation);

    /// <summary>What is set for an account and how full it is; null when there is none.</summary>
    ValueTask<AccountRoom?> ReadAccountAsync(EmailAddress account, CancellationToken cancellation);
}
