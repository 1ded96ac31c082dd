using Merpati.Dns.Messages;

namespace Merpati.Dns;

/// <summary>Follows the aliases from a question to its answer, within responses and from one to the next, a bounded number of steps.</summary>
internal sealed class AliasWalk
{
    /// <summary>The most aliases that are followed for one question.</summary>
    public const int MaxAliases = 10;

    private readonly HashSet<DnsName> _seen;
    private readonly DnsType _type;
    private readonly DnsResolverOptions _options;
    private DnsName _name;
    private bool _isAuthentic = true;
    private TimeSpan _ttl;

    public AliasWalk(DnsQuestion question, DnsResolverOptions options)
    {
        (_name, _type) = question;
        _options = options;
        _seen = [_name];
        _ttl = options.MaxTtl;
    }

    /// <summary>What to ask next.</summary>
    public DnsQuestion Question => new(_name, _type);

    /// <summary>Takes a response to <see cref="Question"/>; null when the aliases lead to a name that has to be asked for.</summary>
    public DnsAnswer? Take(DnsMessage message)
    {
        _isAuthentic &= message.IsAuthentic;
        var hasMoved = false;
        while (true)
        {
            var found = message.Answers.Where(record => record.Type == _type && record.Owner.Equals(_name)).ToList();
            if (found.Count > 0)
            {
                foreach (var record in found) Shorten(record.Ttl);
                return new DnsAnswer(DnsOutcome.Found, found) { IsAuthentic = _isAuthentic, Ttl = _ttl };
            }

            if (message.Answers.FirstOrDefault(record => record is NameRecord { Type: DnsType.Cname } && record.Owner.Equals(_name)) is not NameRecord alias) break;
            Shorten(alias.Ttl);
            _name = alias.Target;
            hasMoved = true;
            if (_seen.Count > MaxAliases || !_seen.Add(_name)) return DnsAnswer.Of(DnsOutcome.AliasLoop) with { Ttl = _options.FailureTtl };
        }

        // RFC 2308 §2.1: with aliases in the answer it is the last name that does not exist.
        if (message.Code == ResponseCode.NameError) return Absence(DnsOutcome.NxDomain, message);
        return hasMoved && message.NegativeTtl is null ? null : Absence(DnsOutcome.NoData, message);
    }

    private DnsAnswer Absence(DnsOutcome outcome, DnsMessage message)
    {
        Shorten(message.NegativeTtl is { } ttl ? Lesser(ttl, _options.MaxNegativeTtl) : _options.FailureTtl);
        return DnsAnswer.Of(outcome) with { IsAuthentic = _isAuthentic, Ttl = _ttl };
    }

    private void Shorten(TimeSpan ttl) => _ttl = Lesser(_ttl, ttl);

    private static TimeSpan Lesser(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
