using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>One walk from an address along aliases and forwards to where they end.</summary>
internal sealed class RouteWalk
{
    private const int MaxDepth = 32;
    private const int MaxAddresses = 10_000; // an alias that leads to more should be a group

    private readonly RouteFinder _finder;
    private readonly bool _mayCatch;
    private readonly HashSet<string> _path = new(StringComparer.Ordinal); // from the start to where we are: who comes twice leads in a circle
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public RouteWalk(RouteFinder finder, bool mayCatch)
    {
        _finder = finder;
        _mayCatch = mayCatch;
        Route = new Route { IsCarriedAbroad = finder.Options.Relay.IsEnabled };
    }

    public Route Route { get; }

    public async ValueTask StartAsync(EmailAddress address, AddressEntry entry, CancellationToken cancellation)
    {
        if (!entry.DomainIsOurs)
        {
            Route.EndsDead(RecipientStanding.Foreign);
            return;
        }

        if (entry.Forward is { Mode: not ForwardMode.Tell } forward) Route.Forward = forward;
        _path.Add(AddressKey.Of(address));
        await LookAsync(address, entry, cancellation);
    }

    private async ValueTask FollowAsync(EmailAddress address, CancellationToken cancellation)
    {
        var key = AddressKey.Of(address);
        if (_path.Contains(key) || _path.Count >= MaxDepth || _seen.Count >= MaxAddresses)
        {
            Route.Loops = true;
            return;
        }

        if (!_seen.Add(key)) return;
        _path.Add(key);
        await LookAsync(address, await _finder.Addresses.FindAsync(address, cancellation), cancellation);
        _path.Remove(key);
    }

    private async ValueTask LookAsync(EmailAddress address, AddressEntry entry, CancellationToken cancellation)
    {
        if (!entry.DomainIsOurs)
        {
            Route.AddAbroad(address);
            return;
        }

        switch (entry.Kind)
        {
            case AddressKind.Account when !entry.Account!.Disabled:
                Route.Add(entry);
                break;
            case AddressKind.Account:
                if (!await GoesToPostmasterAsync(address, cancellation)) Route.EndsDead(RecipientStanding.Disabled);
                break;
            case AddressKind.Alias:
                foreach (var target in entry.Alias!.Targets)
                {
                    if (Route.Loops) return;
                    await FollowAsync(target, cancellation);
                }

                break;
            case AddressKind.Group:
                Route.Add(entry.Group!);
                break;
            case AddressKind.Forward when entry.Forward!.Mode == ForwardMode.Tell:
                Route.EndsDead(RecipientStanding.Moved, entry.Forward.Target);
                break;
            case AddressKind.Forward:
                await FollowAsync(entry.Forward!.Target, cancellation);
                break;
            default:
                await LookFurtherAsync(address, entry, cancellation);
                break;
        }
    }

    // Nothing stands at exactly this address.
    private async ValueTask LookFurtherAsync(EmailAddress address, AddressEntry entry, CancellationToken cancellation)
    {
        if (await GoesToPostmasterAsync(address, cancellation)) return;
        if (WithoutDetail(address) is { } user)
        {
            // A group is no user: its name with a detail is for whoever runs it, not for its members.
            var found = await _finder.Addresses.FindAsync(user, cancellation);
            if (found.Kind is AddressKind.Account or AddressKind.Alias or AddressKind.Forward)
            {
                await FollowAsync(user, cancellation);
                return;
            }
        }

        if (_mayCatch && entry.CatchAll is { } catchAll && AddressKey.Of(catchAll) != AddressKey.Of(address)) await FollowAsync(catchAll, cancellation);
        else Route.EndsDead(RecipientStanding.NoSuchUser);
    }

    private async ValueTask<bool> GoesToPostmasterAsync(EmailAddress address, CancellationToken cancellation)
    {
        if (address.Local.Key != RouteFinder.PostmasterKey) return false;
        var postmaster = await _finder.FindPostmasterAsync(cancellation);
        foreach (var account in postmaster.Accounts) Route.Add(account);
        foreach (var group in postmaster.Groups) Route.Add(group);
        foreach (var foreign in postmaster.Abroad) Route.AddAbroad(foreign);
        return postmaster.IsWhole;
    }

    private EmailAddress? WithoutDetail(EmailAddress address)
    {
        var separator = _finder.Options.DetailSeparator;
        var local = address.Local.Value;
        var at = separator.Length == 0 ? -1 : local.IndexOf(separator, StringComparison.Ordinal);
        return at > 0 && LocalPart.TryParse(Encoding.UTF8.GetBytes(local[..at]), allowUtf8: true, out var user) ? new EmailAddress(user, address.Domain) : null;
    }
}
