using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>
/// Finds the mailboxes behind the groups of one message. A mailbox reached through several gets the List-Id and List-Post fields of the first; one that
/// was reached before, without a group, gets none. Quotas of mailboxes reached here are not held: the group was accepted as one.
/// </summary>
internal sealed class GroupExpansion : DeliveryWalk
{
    private readonly DeliveryList _deliveries;
    private byte[] _trace = [];

    public GroupExpansion(RouteFinder finder, DeliveryList deliveries)
        : base(finder) => _deliveries = deliveries;

    public ValueTask AddAsync(GroupTarget group, CancellationToken cancellation)
    {
        _trace = [.. _deliveries.ReturnPath, .. ListFields.For(group.Address, group.Name)];
        return WalkAsync(group.Id, cancellation);
    }

    protected override void Reach(long mailboxId, EmailAddress address, bool isListed) => _deliveries.Add(mailboxId, _trace, enforceQuota: false);
}
