using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>
/// A walk through the members of a group, page by page, nested groups in their place, each once. What it meets it hands to who derives from it.
/// </summary>
internal abstract class GroupWalk
{
    private const int PageSize = 1000;
    private const int MaxDepth = 32;
    private const int MaxGroups = 10_000;

    private readonly HashSet<long> _path = [];
    private readonly HashSet<long> _entered = [];

    protected GroupWalk(RouteFinder finder) => Finder = finder;

    /// <summary>Whether a group was met inside itself, or groups nested deeper than anybody can mean.</summary>
    public bool Loops { get; private set; }

    /// <summary>The groups that were entered.</summary>
    public IReadOnlyCollection<long> Entered => _entered;

    protected RouteFinder Finder { get; }

    /// <summary>Whether there is no need to go on.</summary>
    protected virtual bool IsDone => false;

    /// <summary>Walks through a group; the members met before are not met again where they stand in the same group only.</summary>
    public async ValueTask WalkAsync(long groupId, CancellationToken cancellation)
    {
        if (_path.Contains(groupId) || _path.Count >= MaxDepth)
        {
            Loops = true;
            return;
        }

        if (_entered.Count >= MaxGroups || !_entered.Add(groupId)) return;
        _path.Add(groupId);
        EmailAddress? last = null;
        while (!IsDone)
        {
            var page = await Finder.Addresses.ReadMemberEntriesAsync(groupId, last, PageSize, cancellation);
            foreach (var member in page)
            {
                if (IsDone) break;
                await MeetAsync(member, cancellation);
            }

            if (page.Count < PageSize) break;
            last = page[^1].Address;
        }

        _path.Remove(groupId);
    }

    /// <summary>An account of ours.</summary>
    protected abstract void MeetAccount(MemberEntry member);

    /// <summary>An address of another host.</summary>
    protected abstract void MeetForeigner(EmailAddress address);

    /// <summary>A nested group.</summary>
    protected virtual ValueTask MeetGroupAsync(GroupRecord group, CancellationToken cancellation) => WalkAsync(group.Id, cancellation);

    /// <summary>An alias, a forward, or an address at which nothing stands.</summary>
    protected abstract ValueTask MeetOtherAsync(MemberEntry member, CancellationToken cancellation);

    private async ValueTask MeetAsync(MemberEntry member, CancellationToken cancellation)
    {
        if (!member.DomainIsOurs)
        {
            MeetForeigner(member.Address);
            return;
        }

        switch (member.Kind)
        {
            case AddressKind.Account:
                MeetAccount(member);
                break;
            case AddressKind.Group:
                if ((await Finder.Addresses.FindAsync(member.Address, cancellation)).Group is { } group) await MeetGroupAsync(group, cancellation);
                break;
            default:
                await MeetOtherAsync(member, cancellation);
                break;
        }
    }
}
