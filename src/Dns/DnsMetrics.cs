using System.Diagnostics.Metrics;

namespace Merpati.Dns;

/// <summary>The counters of the meter "Merpati.Dns". They cost next to nothing while nobody listens.</summary>
internal static class DnsMetrics
{
    private static readonly Meter Meter = new("Merpati.Dns");
    private static readonly Counter<long> Questions = Meter.CreateCounter<long>("merpati.dns.questions", "{question}", "Questions that servers were asked, by outcome");
    private static readonly Counter<long> Remembered = Meter.CreateCounter<long>("merpati.dns.remembered", "{question}", "Questions that were answered from memory");

    public static void Asked(DnsOutcome outcome) => Questions.Add(1, new KeyValuePair<string, object?>("outcome", Tag(outcome)));

    public static void Recalled() => Remembered.Add(1);

    internal static string Tag(DnsOutcome outcome) => outcome switch
    {
        DnsOutcome.Found => "found",
        DnsOutcome.NoData => "no-data",
        DnsOutcome.NxDomain => "nxdomain",
        DnsOutcome.ServFail => "servfail",
        DnsOutcome.TimedOut => "timed-out",
        DnsOutcome.Refused => "refused",
        DnsOutcome.Malformed => "malformed",
        _ => "alias-loop",
    };
}
