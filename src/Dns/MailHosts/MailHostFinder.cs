using System.Net;
using Merpati.Mail.Addresses;

namespace Merpati.Dns.MailHosts;

/// <summary>
/// Finds the hosts that take mail for a domain (RFC 5321 §5.1). However many hosts and addresses a domain names, few are asked for and used. Safe for
/// concurrent callers.
/// </summary>
public sealed class MailHostFinder
{
    private readonly IDnsResolver _resolver;

    /// <summary>Asks <paramref name="resolver"/>, and remembers nothing itself.</summary>
    public MailHostFinder(IDnsResolver resolver) => _resolver = resolver;

    /// <summary>The hosts of a domain, by its MX records or, without any, by its address; the host of an address literal.</summary>
    public async ValueTask<MailHostAnswer> FindAsync(Domain domain, MailHostRules rules, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(rules);
        if (domain.IsLiteral) return FromLiteral(domain, rules);
        if (!DnsName.TryFrom(domain, out var name)) return MailHostAnswer.Of(MailHostOutcome.NoSuchDomain);
        var answer = await _resolver.QueryAsync(name, DnsType.Mx, cancellation);
        return answer.Outcome switch
        {
            DnsOutcome.Found when ExchangeList.IsNull(answer.Records) => MailHostAnswer.Of(MailHostOutcome.NullMx) with { IsAuthentic = answer.IsAuthentic },
            DnsOutcome.Found => await FromExchangesAsync(answer, rules, cancellation),

            // RFC 5321 §5.1: an empty list means the domain itself with preference 0.
            DnsOutcome.NoData => await FindHostAsync(domain, rules, cancellation) with { IsAuthentic = answer.IsAuthentic },
            DnsOutcome.NxDomain => MailHostAnswer.Of(MailHostOutcome.NoSuchDomain),

            // RFC 5321 §5.1: a temporary error must not be taken for the absence of records.
            _ => MailHostAnswer.Of(MailHostOutcome.TryLater),
        };
    }

    /// <summary>One host by its own name or address, as a route names it: its MX records are not asked for.</summary>
    public async ValueTask<MailHostAnswer> FindHostAsync(Domain host, MailHostRules rules, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(rules);
        if (host.IsLiteral) return FromLiteral(host, rules);
        var candidate = await AskAsync(new Exchange(host, 0), rules, cancellation);
        return candidate is { IsAbsent: true, IsOurs: false, Addresses.Count: 0 } ? MailHostAnswer.Of(MailHostOutcome.NoSuchDomain) : Choose([candidate]);
    }

    private static MailHostAnswer FromLiteral(Domain domain, MailHostRules rules)
    {
        var inner = domain.Name.AsSpan(1, domain.Name.Length - 2);
        const string Tag = "IPv6:";
        if (inner.StartsWith(Tag, StringComparison.OrdinalIgnoreCase)) inner = inner[Tag.Length..];
        var exchange = new Exchange(domain, 0);
        return Choose([rules.IsOurs(domain, null) ? Candidate.Us(exchange) : Candidate.From(exchange, IPAddress.Parse(inner), rules)]);
    }

    private async ValueTask<MailHostAnswer> FromExchangesAsync(DnsAnswer answer, MailHostRules rules, CancellationToken cancellation)
    {
        var exchanges = ExchangeList.From(answer.Records);

        // Our own name counts wherever it stands in the list; only the best hosts before it are worth a question.
        var ourPreference = exchanges.Find(exchange => rules.IsOurs(exchange.Name, null))?.Preference ?? int.MaxValue;
        var better = exchanges.TakeWhile(exchange => exchange.Preference < ourPreference).Take(Math.Max(1, rules.MaxHosts));
        var candidates = (await Task.WhenAll(better.Select(exchange => AskAsync(exchange, rules, cancellation)))).ToList();
        if (exchanges.Find(exchange => exchange.Preference == ourPreference) is { } own) candidates.Add(Candidate.Us(own));
        return Choose(candidates) with { IsAuthentic = answer.IsAuthentic };
    }

    private async Task<Candidate> AskAsync(Exchange exchange, MailHostRules rules, CancellationToken cancellation)
    {
        if (rules.IsOurs(exchange.Name, null)) return Candidate.Us(exchange);
        if (!DnsName.TryFrom(exchange.Name, out var name)) return Candidate.From(exchange, [DnsAnswer.Of(DnsOutcome.NxDomain)], rules);
        var six = rules.UseIPv6 ? _resolver.QueryAsync(name, DnsType.Aaaa, cancellation).AsTask() : null;
        var four = rules.UseIPv4 ? _resolver.QueryAsync(name, DnsType.A, cancellation).AsTask() : null;
        return Candidate.From(exchange, await Task.WhenAll(new[] { six, four }.OfType<Task<DnsAnswer>>()), rules);
    }

    private static MailHostAnswer Choose(List<Candidate> candidates)
    {
        // RFC 5321 §5.1: with ourselves in the list, our preference and all worse ones are dropped.
        var ourPreference = candidates.Where(candidate => candidate.IsOurs).Select(candidate => candidate.Exchange.Preference).DefaultIfEmpty(int.MaxValue).Min();
        var usable = candidates.FindAll(candidate => candidate.Exchange.Preference < ourPreference);
        var hosts = usable.FindAll(candidate => candidate.Addresses.Count > 0).ConvertAll(candidate => candidate.Host);
        if (hosts.Count > 0) return new MailHostAnswer(MailHostOutcome.Found, hosts);

        // What may still turn out well comes first, then what tells most.
        if (usable.Exists(candidate => candidate.IsUncertain)) return MailHostAnswer.Of(MailHostOutcome.TryLater);
        if (ourPreference != int.MaxValue) return MailHostAnswer.Of(MailHostOutcome.LoopsBackToUs);
        return MailHostAnswer.Of(usable.Exists(candidate => candidate.WasPrivate) ? MailHostOutcome.NoPublicAddress : MailHostOutcome.NoAddress);
    }
}
