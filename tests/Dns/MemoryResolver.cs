using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Merpati.Dns.Tests;

/// <summary>A resolver that knows what it was told; all other names do not exist.</summary>
internal sealed class MemoryResolver : IDnsResolver
{
    private readonly Dictionary<(string, DnsType), DnsAnswer> _answers = [];

    public ConcurrentQueue<string> Asked { get; } = new();

    public ValueTask<DnsAnswer> QueryAsync(DnsName name, DnsType type, CancellationToken cancellation)
    {
        Asked.Enqueue($"{name} {type}");
        var known = _answers.GetValueOrDefault((name.ToString(), type));
        var exists = _answers.Keys.Any(key => key.Item1 == name.ToString());
        return new(known ?? DnsAnswer.Of(exists ? DnsOutcome.NoData : DnsOutcome.NxDomain));
    }

    public MemoryResolver Fail(string name, DnsType type, DnsOutcome outcome)
    {
        _answers[(name, type)] = DnsAnswer.Of(outcome);
        return this;
    }

    public MemoryResolver Mx(string domain, params (int Preference, string Host)[] hosts) =>
        Put(domain, DnsType.Mx, [.. hosts.Select(host => new MailExchangeRecord(Scene.Name(domain), TimeSpan.FromHours(1), host.Preference, Scene.Name(host.Host)))]);

    public MemoryResolver Addresses(string name, params string[] addresses)
    {
        var all = addresses.Select(IPAddress.Parse).ToLookup(address => address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa);
        foreach (var family in all) Put(name, family.Key, [.. family.Select(address => new AddressRecord(Scene.Name(name), family.Key, TimeSpan.FromHours(1), address))]);
        return this;
    }

    private MemoryResolver Put(string name, DnsType type, IReadOnlyList<DnsRecord> records)
    {
        _answers[(name, type)] = new DnsAnswer(DnsOutcome.Found, records) { IsAuthentic = name.StartsWith("signed", StringComparison.Ordinal) };
        return this;
    }
}
