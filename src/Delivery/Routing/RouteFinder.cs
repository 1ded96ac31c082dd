using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>
/// Finds where addresses lead. It asks the store anew each time, so what an administrator changes holds from the next question on. Throws
/// <see cref="Storage.StoreException"/>. Postmaster always has a mailbox (RFC 5321 §4.5.1): what stands at the address, else the configured one, else the
/// oldest account.
/// </summary>
internal sealed class RouteFinder
{
    public const string PostmasterKey = "postmaster";

    private readonly IAccountStore _accounts;
    private readonly DefaultDomain _defaultDomain;

    public RouteFinder(IAccountStore accounts, IAddressStore addresses, DefaultDomain defaultDomain, RoutingOptions options)
    {
        _accounts = accounts;
        Addresses = addresses;
        _defaultDomain = defaultDomain;
        Options = options;
    }

    public IAddressStore Addresses { get; }

    public RoutingOptions Options { get; }

    /// <summary>The address with the default domain where it has none; null when there is no domain at all.</summary>
    public async ValueTask<EmailAddress?> CompleteAsync(LocalPart local, Domain? domain, CancellationToken cancellation) =>
        (domain ?? await _defaultDomain.FindAsync(cancellation)) is { } known ? new EmailAddress(local, known) : null;

    /// <summary>Follows an address to its ends; <paramref name="mayCatch"/> says whether what is for nobody goes to who catches all.</summary>
    public async ValueTask<Route> FindAsync(EmailAddress address, bool mayCatch, CancellationToken cancellation)
    {
        var route = await WalkAsync(address, mayCatch, cancellation);
        if (route.IsWhole || address.Local.Key != PostmasterKey || route.DeadEnd == Mail.Directory.RecipientStanding.Foreign) return route;
        return await FindPostmasterAsync(cancellation) is { IsWhole: true } kept ? kept : route;
    }

    /// <summary>Where mail for postmaster goes when its own address leads nowhere.</summary>
    public async ValueTask<Route> FindPostmasterAsync(CancellationToken cancellation)
    {
        if (Options.Postmaster is { } configured && configured.Local.Key != PostmasterKey
            && await WalkAsync(configured, mayCatch: false, cancellation) is { IsWhole: true } whole) return whole;
        var route = new Route();
        if (await _accounts.FindFirstAccountAsync(cancellation) is { } oldest
            && await Addresses.FindAsync(oldest.Address, cancellation) is { Account.Disabled: false } entry) route.Add(entry);
        return route;
    }

    private async ValueTask<Route> WalkAsync(EmailAddress address, bool mayCatch, CancellationToken cancellation)
    {
        var entry = await Addresses.FindAsync(address, cancellation);
        if (entry is { Account.Disabled: false })
        {
            var direct = new Route();
            direct.Add(entry);
            return direct;
        }

        var walk = new RouteWalk(this, mayCatch);
        await walk.StartAsync(address, entry, cancellation);
        return walk.Route;
    }
}
