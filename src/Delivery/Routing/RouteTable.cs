using System.Collections.Frozen;
using Merpati.Mail.Addresses;

namespace Merpati.Delivery.Routing;

/// <summary>
/// Which route a recipient takes: that of its domain, else that of a domain above it, else that of its sender's domain, else the one for all. Where
/// there is none, DNS is asked. The table does not change; a new one replaces it.
/// </summary>
public sealed class RouteTable
{
    private static readonly RelayRoute ByDns = new("");

    private readonly FrozenDictionary<string, RelayRoute> _byRecipient;
    private readonly FrozenDictionary<string, RelayRoute> _bySender;
    private readonly FrozenDictionary<string, RelayRoute> _byName;
    private readonly RelayRoute _otherwise;

    /// <summary>
    /// A table. Keys are domains in their canonical form; one that begins with a dot stands for the domains below it. <paramref name="otherwise"/> is
    /// the smarthost, null to ask DNS.
    /// </summary>
    public RouteTable(
        IReadOnlyDictionary<string, RelayRoute> byRecipient, IReadOnlyDictionary<string, RelayRoute> bySender, RelayRoute? otherwise)
    {
        _byRecipient = byRecipient.ToFrozenDictionary(StringComparer.Ordinal);
        _bySender = bySender.ToFrozenDictionary(StringComparer.Ordinal);
        _otherwise = otherwise ?? ByDns;
        var named = new Dictionary<string, RelayRoute>(StringComparer.Ordinal);
        foreach (var route in _byRecipient.Values.Concat(_bySender.Values).Append(_otherwise))
        {
            if (route.Name.Length > 0) named.TryAdd(route.Name, route);
        }

        _byName = named.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The table without any route.</summary>
    public static RouteTable Direct { get; } = new(FrozenDictionary<string, RelayRoute>.Empty, FrozenDictionary<string, RelayRoute>.Empty, null);

    /// <summary>The route of a recipient.</summary>
    public RelayRoute Find(MailPath reversePath, EmailAddress recipient)
    {
        ArgumentNullException.ThrowIfNull(reversePath);
        ArgumentNullException.ThrowIfNull(recipient);
        return Find(_byRecipient, recipient.Domain) ?? (reversePath.Domain is { } sender ? Find(_bySender, sender) : null) ?? _otherwise;
    }

    /// <summary>The route under whose name something is scheduled; null when the name is that of a domain.</summary>
    public RelayRoute? FindByName(string destination) => _byName.GetValueOrDefault(destination);

    /// <summary>The route by which a destination's schedule and bounds are set.</summary>
    internal RelayRoute FindByDestination(string destination) =>
        FindByName(destination) ?? (Domain.TryParse(destination, out var domain) ? Find(_byRecipient, domain) : null) ?? _otherwise;

    private static RelayRoute? Find(FrozenDictionary<string, RelayRoute> routes, Domain domain)
    {
        if (routes.Count == 0) return null;
        if (routes.TryGetValue(domain.Name, out var route)) return route;
        if (domain.IsLiteral) return null;
        for (var dot = domain.Name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = domain.Name.IndexOf('.', dot + 1))
        {
            if (routes.TryGetValue(domain.Name[dot..], out route)) return route;
        }

        return null;
    }
}
