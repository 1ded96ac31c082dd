using System.Net;

namespace Merpati.Dns;

/// <summary>Whom a resolver asks, how patiently, and how much it remembers.</summary>
public sealed record DnsResolverOptions
{
    /// <summary>
    /// The servers to ask, in this order; each must be a recursive one. Empty: those of <see cref="ResolvConf"/>, read again when it changes; where it
    /// names none, the one on this machine.
    /// </summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>The file with <c>nameserver</c> lines, which is read when no servers are given.</summary>
    public string ResolvConf { get; init; } = "/etc/resolv.conf";

    /// <summary>How long a server may take to answer, at its first try; twice as long at the second, and so on.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the servers are gone through; after the first time only those that were silent. At least 1.</summary>
    public int Tries { get; init; } = 2;

    /// <summary>How long one question may take in all, with its aliases and over all servers, once it is under way.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most answers that are remembered; 0 for none. They take at most about 1 KiB each on the average, then the least used are forgotten.</summary>
    public int CacheEntries { get; init; } = 10_000;

    /// <summary>The longest time for which found records are remembered, whatever their TTL.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The longest time for which the absence of records is remembered (RFC 2308 §5).</summary>
    public TimeSpan MaxNegativeTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long it is remembered that a question could not be answered, so that nobody asks in a hurry (RFC 9520 §3.2), and the absence of records where
    /// the server said no time for it.
    /// </summary>
    public TimeSpan FailureTtl { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most questions that are under way at once, each with a socket and some KiB; others wait.</summary>
    public int MaxUnderWay { get; init; } = 1000;

    /// <summary>
    /// Whether servers on other machines, and the network between, are trusted to say what DNSSEC proves (RFC 4035 §4.9.3). Those on this machine are.
    /// </summary>
    public bool TrustRemoteProof { get; init; }

    /// <summary>Whether questions say that answers of up to 1,232 octets can come in one datagram (EDNS0, RFC 6891).</summary>
    public bool UseEdns { get; init; } = true;

    /// <summary>
    /// Whether letters of questions are put in random case and answers must repeat it. It makes answers harder to forge; some servers do not repeat it,
    /// and then there is never an answer. Off, since the server is near and the port and the id of every question are random already.
    /// </summary>
    public bool UseRandomCase { get; init; }

    internal bool TrustsProofOf(IPAddress server) => TrustRemoteProof || IPAddress.IsLoopback(server);
}
