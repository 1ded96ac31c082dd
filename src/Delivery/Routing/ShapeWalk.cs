using Merpati.Mail.Addresses;

namespace Merpati.Delivery.Routing;

/// <summary>Works out the shape of a group.</summary>
internal sealed class ShapeWalk : DeliveryWalk
{
    private const int MaxIndirect = 1000;

    private readonly HashSet<string> _indirect = new(StringComparer.Ordinal);
    private bool _reachesAnybody;

    public ShapeWalk(RouteFinder finder)
        : base(finder)
    {
    }

    protected override bool IsDone => Loops || HasCircle;

    public GroupShape ToShape(long version) => new(version, LeadsAbroad, Loops || HasCircle, _reachesAnybody, [.. Entered], _indirect);

    protected override void ReachAbroad(EmailAddress address) => _reachesAnybody = true;

    protected override void Reach(long mailboxId, EmailAddress address, bool isListed)
    {
        _reachesAnybody = true;
        if (!isListed && _indirect.Count < MaxIndirect) _indirect.Add(AddressKey.Of(address));
    }
}
