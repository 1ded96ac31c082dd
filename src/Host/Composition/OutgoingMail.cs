using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;
using Merpati.Delivery.Bounces;
using Merpati.Delivery.Queue;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Dns;
using Merpati.Dns.MailHosts;
using Merpati.Host.Cli;
using Merpati.Host.Configuration;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Client;
using Merpati.Storage;
using Merpati.Wire.Connecting;
using Merpati.Wire.Connections;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Composition;

/// <summary>The way out: the queue with its routes, its resolver and its connections.</summary>
internal sealed class OutgoingMail : IAsyncDisposable
{
    private readonly DnsResolver _resolver;

    private OutgoingMail(DnsResolver resolver, RouteTable routes, NoticeWriter notices, QueueRunner queue)
    {
        _resolver = resolver;
        Routes = routes;
        Notices = notices;
        Queue = queue;
    }

    /// <summary>The routes of the configuration.</summary>
    public RouteTable Routes { get; }

    /// <summary>Who writes to senders.</summary>
    public NoticeWriter Notices { get; }

    /// <summary>The queue, not started yet.</summary>
    public QueueRunner Queue { get; }

    /// <summary>What waits in it, for those who ask for it.</summary>
    public required OnDemandMail OnDemand { get; init; }

    /// <summary>Who connects to other hosts.</summary>
    public required SmtpConnector Connector { get; init; }

    /// <summary>Who finds them.</summary>
    public required INextHosts Hosts { get; init; }

    /// <summary>Makes it. Throws <see cref="CommandFailure"/> when a password file of a route cannot be read.</summary>
    public static OutgoingMail Create(IMailStore store, MailDirectory directory, Settings settings, OutgoingSurroundings surroundings)
    {
        var time = surroundings.Time;
        var owners = ReadOwners(settings);
        var routes = ReadRoutes(settings, surroundings.DataDirectory, owners.Keys);
        var resolver = new DnsResolver(
            new DnsResolverOptions { Servers = settings.Get(DeliverySettings.DnsServers), Timeout = settings.Get(DeliverySettings.DnsTimeout) }, time);
        var hosts = new DnsNextHosts(new MailHostFinder(resolver), new MailHostRules { IsOurs = OurSelves(settings) });
        var connector = new SmtpConnector(
            new SmtpClientOptions { HostName = settings.HostName }, new OutgoingOptions { Heartbeat = surroundings.Heartbeat, Time = time });
        var notices = new NoticeWriter(directory, routes, settings.HostName, time, surroundings.Loggers);
        var parts = new QueueSurroundings(store.Queue, hosts, new SmtpTransport(connector, time), notices, surroundings.Loggers) { Routes = routes };
        var queue = new QueueRunner(parts, Options(settings));
        return new OutgoingMail(resolver, routes, notices, queue) { OnDemand = new OnDemandMail(queue, owners), Connector = connector, Hosts = hosts };
    }

    /// <summary>What <c>Delivery:OtherHosts</c> means, with the rewriting of senders where there is a domain to rewrite them to.</summary>
    public static RelayOptions Relay(Settings settings, Domain? defaultDomain, string dataDirectory)
    {
        if (!settings.Get(DeliverySettings.CarriesToOthers)) return new RelayOptions();
        var relayed = settings.Get(DeliverySettings.RelayDomains).Concat(ReadOwners(settings).Keys.Select(domain => domain.Name)).ToFrozenSet(StringComparer.Ordinal);
        if (defaultDomain is null) return new RelayOptions { IsEnabled = true, Domains = relayed };
        var path = Path.Combine(dataDirectory, "keys", "srs.key");
        KeyFolder.MakePrivate(Path.GetDirectoryName(path)!);
        var key = SrsKeyFile.ReadOrCreate(path);
        try
        {
            return new RelayOptions { IsEnabled = true, Domains = relayed, Srs = new SrsRewriter(defaultDomain, key, TimeProvider.System) };
        }
        finally
        {
            Array.Clear(key);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        await _resolver.DisposeAsync();
    }

    private static QueueOptions Options(Settings settings) => new()
    {
        Retry = new RetryOptions
        {
            First = settings.Get(DeliverySettings.RetryFirst),
            Longest = settings.Get(DeliverySettings.RetryLongest),
            Life = settings.Get(DeliverySettings.RetryLife),
            DelayNotice = settings.Get(DeliverySettings.RetryDelayNotice),
        },
        MaxConnections = settings.Get(DeliverySettings.MaxConnections),
        MaxConnectionsPerDestination = settings.Get(DeliverySettings.MaxConnectionsPerDestination),
    };

    private static Dictionary<Domain, IReadOnlyList<EmailAddress>> ReadOwners(Settings settings)
    {
        var owners = new Dictionary<Domain, IReadOnlyList<EmailAddress>>();
        foreach (var (name, text) in settings.Members(DeliverySettings.OnDemand))
        {
            if (Domain.TryParse(name, out var domain)) owners[domain] = DeliverySettings.OnDemand.Parse(text).Value;
        }

        return owners;
    }

    private static RouteTable ReadRoutes(Settings settings, string dataDirectory, IEnumerable<Domain> owned)
    {
        try
        {
            var byRecipient = Table(settings, DeliverySettings.Routes, dataDirectory);
            foreach (var domain in owned)
            {
                // Scheduled by itself, so that its owner gets what is his and nothing else that goes the same way.
                var route = byRecipient.GetValueOrDefault(domain.Name);
                byRecipient[domain.Name] = route is null ? new RelayRoute("") { IsOnDemand = true } : route with { Name = route.Host is null ? "" : domain.Name };
            }

            return new RouteTable(
                byRecipient, Table(settings, DeliverySettings.SenderRoutes, dataDirectory),
                RouteText.TryParse(settings.Text(DeliverySettings.Smarthost), dataDirectory, out var smarthost) ? smarthost : null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"cannot read the password of a route: {failure.Message}");
        }
    }

    private static Dictionary<string, RelayRoute> Table(Settings settings, Setting family, string dataDirectory)
    {
        var routes = new Dictionary<string, RelayRoute>(StringComparer.Ordinal);
        foreach (var (domain, text) in settings.Members(family))
        {
            if (RouteText.TryParse(text, dataDirectory, out var route)) routes[domain] = route!;
        }

        return routes;
    }

    // What DNS names is on port 25. Where we do not listen there ourselves, our own addresses may be those of another mail system on this machine.
    private static Func<Domain, IPAddress?, bool> OurSelves(Settings settings)
    {
        var hostName = settings.HostName;
        var endPoints = settings.Get(ListenerSettings.Smtp.EndPoints).Where(endPoint => endPoint.Port == DnsNextHosts.SmtpPort).ToList();
        var own = endPoints.Exists(endPoint => endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any))
            ? NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(address => address.Address)
            : endPoints.Select(endPoint => endPoint.Address);
        var addresses = own.ToHashSet();
        return (name, address) => address is null ? name.Name == hostName : addresses.Contains(address);
    }
}

/// <summary>What the way out shares with the rest of the system.</summary>
/// <param name="DataDirectory">Where password files and keys are.</param>
/// <param name="Heartbeat">The clock of the deadlines.</param>
/// <param name="Loggers">Where the log goes.</param>
internal sealed record OutgoingSurroundings(string DataDirectory, Heartbeat Heartbeat, ILoggerFactory Loggers)
{
    /// <summary>The clock, and the time zone of the dates that are written.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
