using System.Net;
using Merpati.Delivery.Queue;
using Merpati.Delivery.Routing;
using Merpati.Host.Composition;
using Merpati.Mail.Addresses;

namespace Merpati.Host.Configuration;

/// <summary>The keys about mail that goes to other hosts.</summary>
internal static class DeliverySettings
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly RetryOptions Retry = new();

    public static readonly Setting.Of<bool> CarriesToOthers = Setting.Choice("Delivery:OtherHosts", "carry",
        "What is done with mail to other hosts: `carry` takes it from our users and trusted networks, and wherever an alias, a group or a forward of ours leads there; `refuse` answers 550.",
        ("carry", true), ("refuse", false));

    public static readonly Setting.Of<RelayRoute?> Smarthost = Setting.Route("Delivery:Smarthost",
        "The host to which all mail to others goes that no other route is for. When empty, DNS is asked for the hosts of each domain.");

    public static readonly Setting.Of<RelayRoute?> Routes = Setting.Route("Delivery:Routes:<domain>",
        "How mail to a domain goes, as in `Delivery:Routes:example.net`; `.example.net` stands for the domains below it.");

    public static readonly Setting.Of<RelayRoute?> SenderRoutes = Setting.Route("Delivery:SenderRoutes:<domain>",
        "How mail from a domain goes, where no route of the recipient's domain is for it.");

    public static readonly Setting.Of<IReadOnlyList<string>> RelayDomains = Setting.Domains("Smtp:Relay:Domains", withBelow: true,
        "Domains of other hosts for which mail is taken from everybody and carried on to them, as a relay or a backup does.");

    public static readonly Setting.Of<IReadOnlyList<EmailAddress>> OnDemand = Setting.Addresses("Delivery:OnDemand:<domain>",
        "The accounts here that own a domain of another host, such as a branch office: they get its mail by ATRN or TURN. It is taken from everybody, and waits for them unless a route for the domain says otherwise.");

    public static readonly Setting.Of<RelayRoute?> Provider = Setting.Route("Provider:Route",
        "The host where mail for our domains waits for us, and how we log in there.");

    public static readonly Setting.Of<ProviderCommand> ProviderBy = Setting.Choice("Provider:Command", "atrn",
        "How we ask for it: `atrn` and `turn` have it sent over the same connection, after `etrn` the other host connects to us.",
        ("atrn", ProviderCommand.Atrn), ("etrn", ProviderCommand.Etrn), ("turn", ProviderCommand.Turn));

    public static readonly Setting.Of<IReadOnlyList<string>> ProviderDomains = Setting.Domains("Provider:Domains", withBelow: false,
        "The domains for which we ask. When empty, with `atrn` all that are ours there, with `etrn` all our domains.");

    public static readonly Setting.Of<TimeSpan> ProviderEvery = Setting.Span("Provider:Every", TimeSpan.Zero, (TimeSpan.Zero, Month),
        "How often the server asks by itself; with 0 it does not, and `merpati queue fetch` asks when you want.");

    public static readonly Setting.Of<TimeSpan> RetryFirst = Setting.Span("Delivery:Retry:First", Retry.First, (Second, Month),
        "How long after the first attempt that failed for now the second follows; each further wait is twice as long.");

    public static readonly Setting.Of<TimeSpan> RetryLongest = Setting.Span("Delivery:Retry:Longest", Retry.Longest, (Second, Month),
        "The longest wait between two attempts.");

    public static readonly Setting.Of<TimeSpan> RetryLife = Setting.Span("Delivery:Retry:Life", Retry.Life, (Second, Month),
        "How old a message may become in the queue; then its sender is told that it could not be delivered.");

    public static readonly Setting.Of<TimeSpan> RetryDelayNotice = Setting.Span("Delivery:Retry:DelayNotice", Retry.DelayNotice, (Second, Month),
        "When the sender is told that a message is late.");

    public static readonly Setting.Of<int> MaxConnections = Setting.Integer("Delivery:MaxConnections", 100, (1, 10_000),
        "The most connections to other hosts at once.");

    public static readonly Setting.Of<int> MaxConnectionsPerDestination = Setting.Integer("Delivery:MaxConnectionsPerDestination", 20, (1, 1000),
        "The most connections at once for one domain or route; a destination gets there by success.");

    public static readonly Setting.Of<IReadOnlyList<IPEndPoint>> DnsServers = Setting.Servers("Dns:Servers", 53,
        "The DNS servers that are asked. When empty, those of /etc/resolv.conf.");

    public static readonly Setting.Of<TimeSpan> DnsTimeout = Setting.Span("Dns:Timeout", TimeSpan.FromSeconds(5), (TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
        "How long one DNS server may take to answer before the next is asked.");

    /// <summary>All of them, in the order of the page.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        CarriesToOthers, RelayDomains, Smarthost, Routes, SenderRoutes, OnDemand, Provider, ProviderBy, ProviderDomains, ProviderEvery, RetryFirst, RetryLongest, RetryLife, RetryDelayNotice, MaxConnections, MaxConnectionsPerDestination,
        DnsServers, DnsTimeout,
    ];
}
