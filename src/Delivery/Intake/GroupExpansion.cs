using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>
/// Finds the mailboxes behind the groups of one message. A mailbox reached through several gets the List-Id and List-Post fields of the first; one that
/// was reached before, without a group, gets none. Quotas of mailboxes reached here are not held: the group was accepted as one.
/// </summary>
internal sealed class GroupExpansion : DeliveryWalk
{
    private readonly DeliveryList _deliveries;
    private readonly DepartureList _departures;
    private readonly Redirection _redirection;
    private byte[] _fields = [];
    private byte[] _trace = [];
    private MailPath _reversePath = MailPath.Null;
    private RecipientNotices? _notices;

    public GroupExpansion(RouteFinder finder, DeliveryList deliveries, DepartureList departures, Redirection redirection)
        : base(finder)
    {
        _deliveries = deliveries;
        _departures = departures;
        _redirection = redirection;
    }

    public async ValueTask AddAsync(Recipient recipient, GroupTarget group, CancellationToken cancellation)
    {
        _fields = ListFields.For(group.Address, group.Name);
        _trace = [.. _deliveries.ReturnPath, .. _fields];
        _reversePath = await _redirection.FindReversePathAsync(cancellation);
        _notices = Redirection.PassOnToMember(recipient);
        await WalkAsync(group.Id, cancellation);
    }

    protected override void ReachAbroad(EmailAddress address) => _departures.Add(_reversePath, _fields, address, _notices);

    protected override void Reach(long mailboxId, EmailAddress address, bool isListed) => _deliveries.Add(mailboxId, _trace, enforceQuota: false);
}
