using System.Net;
using Merpati.Delivery.Routing;
using Merpati.Dns.MailHosts;
using Merpati.Mail.Addresses;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Transports;

/// <summary>Finds the next hosts by DNS, or the one that a route names.</summary>
public sealed class DnsNextHosts : INextHosts
{
    /// <summary>The port of SMTP between hosts (RFC 5321 §4.5.4.2).</summary>
    public const int SmtpPort = 25;

    private readonly MailHostFinder _finder;
    private readonly MailHostRules _rules;
    private readonly int _port;

    /// <summary>
    /// Asks <paramref name="finder"/> by <paramref name="rules"/>, which know our own names and addresses; hosts found by DNS are at
    /// <paramref name="port"/>.
    /// </summary>
    public DnsNextHosts(MailHostFinder finder, MailHostRules rules, int port = SmtpPort)
    {
        _finder = finder;
        _rules = rules;
        _port = port;
    }

    /// <inheritdoc/>
    public async ValueTask<NextHosts> FindAsync(Domain domain, RelayRoute route, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(route);
        if (route.IsOnDemand) return NextHosts.None(AttemptOutcome.Deferred, "4.4.0", "it waits until the owner of the domain asks for it");
        if (route.Host is { } named) return await FindFallbackAsync(named, cancellation);
        var rules = route.AllowsPrivate ? _rules with { AllowPrivate = true } : _rules;
        return ToHosts(await _finder.FindAsync(domain, rules, cancellation), _port);
    }

    /// <inheritdoc/>
    public async ValueTask<NextHosts> FindFallbackAsync(RelayHost fallback, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(fallback);
        if (!TryName(fallback.Name, out var name)) return NextHosts.None(AttemptOutcome.Deferred, "4.3.5", $"the route names no host: {fallback.Name}");
        var answer = await _finder.FindHostAsync(name, _rules with { AllowPrivate = true }, cancellation);

        // What the administrator has named and is not there is his to mend: no sender is told of it before the message is too old.
        return ToHosts(answer, fallback.Port) is { Failure: { } failure }
            ? NextHosts.None(AttemptOutcome.Deferred, (answer.Status with { Class = 4 }).ToString(), $"{fallback.Name}: {failure.Text}")
            : ToHosts(answer, fallback.Port);
    }

    private static bool TryName(string text, out Domain name)
    {
        if (IPAddress.TryParse(text.Trim('[', ']'), out var address)) text = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
        return Domain.TryParse(text, out name!);
    }

    private static NextHosts ToHosts(MailHostAnswer answer, int port)
    {
        if (answer.Outcome != MailHostOutcome.Found) return NextHosts.None(answer.IsTemporary ? AttemptOutcome.Deferred : AttemptOutcome.Failed, answer.Status.ToString(), answer.Text);
        return new NextHosts([.. answer.Hosts.SelectMany(host => host.Addresses.Select(address => new NextHost(host.Name.Name, new IPEndPoint(address, port))))], null);
    }
}
