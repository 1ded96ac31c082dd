using System.Net;
using System.Net.Sockets;

namespace Merpati.Dns.MailHosts;

/// <summary>An MX host with what was found of its addresses, judged by the rules.</summary>
internal sealed record Candidate(Exchange Exchange)
{
    /// <summary>The addresses that may be used, in the order in which to try them.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; private init; } = [];

    /// <summary>Whether the host is this one, so that neither it nor a worse one may be used.</summary>
    public bool IsOurs { get; private init; }

    /// <summary>Whether some addresses were left out because they are special.</summary>
    public bool WasPrivate { get; private init; }

    /// <summary>Whether the DNS could not say all.</summary>
    public bool IsUncertain { get; private init; }

    /// <summary>Whether the DNS says that the name does not exist.</summary>
    public bool IsAbsent { get; private init; }

    public bool IsAuthentic { get; private init; }

    public MailHost Host => new(Exchange.Name, Exchange.Preference, Addresses) { IsAuthentic = IsAuthentic };

    public static Candidate Us(Exchange exchange) => new(exchange) { IsOurs = true };

    public static Candidate From(Exchange exchange, IReadOnlyList<DnsAnswer> answers, MailHostRules rules)
    {
        var addresses = answers.SelectMany(answer => answer.Records).OfType<AddressRecord>().Select(record => record.Address);
        return Judge(exchange, addresses, rules) with
        {
            IsUncertain = answers.Any(answer => answer.IsFailure),
            IsAbsent = answers.Any(answer => answer.Outcome == DnsOutcome.NxDomain),
            IsAuthentic = answers.All(answer => answer.IsAuthentic),
        };
    }

    public static Candidate From(Exchange exchange, IPAddress address, MailHostRules rules) => Judge(exchange, [address], rules);

    private static Candidate Judge(Exchange exchange, IEnumerable<IPAddress> addresses, MailHostRules rules)
    {
        var plain = addresses.Select(SpecialAddresses.Plain).ToList();
        var allowed = plain.FindAll(address => rules.AllowPrivate || SpecialAddresses.IsPublic(address));
        return new Candidate(exchange)
        {
            IsOurs = plain.Exists(address => rules.IsOurs(exchange.Name, address) || (!rules.AllowPrivate && SpecialAddresses.IsThisHost(address))),
            WasPrivate = allowed.Count < plain.Count,
            Addresses = InOrder(allowed, rules),
        };
    }

    // Some of each family stay, so that a host can be reached where one of them leads nowhere.
    private static IReadOnlyList<IPAddress> InOrder(List<IPAddress> addresses, MailHostRules rules)
    {
        var most = Math.Max(1, rules.MaxAddressesPerFamily);
        var six = rules.UseIPv6 ? addresses.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6).Distinct().Take(most) : [];
        var four = rules.UseIPv4 ? addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork).Distinct().Take(most) : [];
        return rules.PrefersIPv6 ? [.. six, .. four] : [.. four, .. six];
    }
}
