using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>A walk to the accounts that a group's messages reach, by way of aliases and forwards too. Members that reach nobody are counted.</summary>
internal abstract class DeliveryWalk : GroupWalk
{
    protected DeliveryWalk(RouteFinder finder)
        : base(finder)
    {
    }

    /// <summary>Whether a member is at another host.</summary>
    public bool LeadsAbroad { get; private set; }

    /// <summary>How many members reach nobody: accounts that are shut or gone.</summary>
    public int Unreachable { get; private set; }

    /// <summary>The first of them; null when there is none.</summary>
    public EmailAddress? FirstUnreachable { get; private set; }

    /// <summary>An account that takes mail; it may be met more than once.</summary>
    /// <param name="mailboxId">Its inbox.</param>
    /// <param name="address">Its address.</param>
    /// <param name="isListed">Whether it stands in the list itself.</param>
    protected abstract void Reach(long mailboxId, EmailAddress address, bool isListed);

    protected override void MeetAccount(MemberEntry member)
    {
        if (member.Disabled) Miss(member.Address);
        else Reach(member.InboxId, member.Address, isListed: true);
    }

    /// <summary>An address of another host; it may be met more than once.</summary>
    protected abstract void ReachAbroad(EmailAddress address);

    protected override void MeetForeigner(EmailAddress address)
    {
        LeadsAbroad = true;
        ReachAbroad(address);
    }

    // A member that is nobody any more is not caught by who catches all: he never asked for the group's messages.
    protected override async ValueTask MeetOtherAsync(MemberEntry member, CancellationToken cancellation)
    {
        var route = await Finder.FindAsync(member.Address, mayCatch: false, cancellation);
        HasCircle |= route.Loops;
        if (!route.IsWhole) Miss(member.Address);
        foreach (var account in route.Accounts) Reach(account.Account!.InboxId, account.Account.Address, isListed: false);
        foreach (var foreign in route.Abroad) MeetForeigner(foreign);
        foreach (var group in route.Groups) await WalkAsync(group.Id, cancellation);
    }

    /// <summary>Whether an alias among the members leads round in a circle.</summary>
    public bool HasCircle { get; private set; }

    private void Miss(EmailAddress address)
    {
        Unreachable++;
        FirstUnreachable ??= address;
    }
}
