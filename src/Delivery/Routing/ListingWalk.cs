using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>Lists the members of a group as they stand there, each once, up to a limit.</summary>
internal sealed class ListingWalk : GroupWalk
{
    private readonly int _limit;
    private readonly List<Listed> _entries = [];
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);

    public ListingWalk(RouteFinder finder, int limit)
        : base(finder) => _limit = limit;

    public IReadOnlyList<Listed> Entries => _entries;

    /// <summary>Whether there are more than the limit.</summary>
    public bool IsCut { get; private set; }

    protected override bool IsDone => IsCut;

    /// <summary>Lists the targets of an alias; a target that is an alias itself is not followed.</summary>
    public async ValueTask ListAsync(AliasRecord alias, CancellationToken cancellation)
    {
        foreach (var target in alias.Targets)
        {
            if (IsCut) return;
            var entry = await Finder.Addresses.FindAsync(target, cancellation);
            switch (entry)
            {
                case { Group: { } group }:
                    await MeetGroupAsync(group, cancellation);
                    break;
                case { Account: { } account }:
                    if (!account.Disabled) List(account.FullName, account.Address);
                    break;
                case { DomainIsOurs: false }:
                    List("", target);
                    break;
                default:
                    await MeetOtherAsync(new MemberEntry(target, true, entry.Kind), cancellation);
                    break;
            }
        }
    }

    protected override void MeetAccount(MemberEntry member)
    {
        if (!member.Disabled) List(member.FullName, member.Address);
    }

    protected override void MeetForeigner(EmailAddress address) => List("", address);

    protected override ValueTask MeetGroupAsync(GroupRecord group, CancellationToken cancellation)
    {
        if (group.Settings.ShowsMembers) return WalkAsync(group.Id, cancellation);
        List(group.Settings.Name, group.Address);
        return default;
    }

    protected override async ValueTask MeetOtherAsync(MemberEntry member, CancellationToken cancellation)
    {
        if (member.Kind == AddressKind.None && !(await Finder.FindAsync(member.Address, mayCatch: false, cancellation)).IsWhole) return;
        List("", member.Address);
    }

    private void List(string name, EmailAddress address)
    {
        if (!_listed.Add(AddressKey.Of(address))) return;
        if (_entries.Count >= _limit) IsCut = true;
        else _entries.Add(new Listed(name, address));
    }
}
