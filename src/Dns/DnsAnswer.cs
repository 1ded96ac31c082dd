namespace Merpati.Dns;

/// <summary>The answer to a question.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Records">The records of the type that was asked for, at the end of the aliases; at least one when they were found, none otherwise.</param>
public sealed record DnsAnswer(DnsOutcome Outcome, IReadOnlyList<DnsRecord> Records)
{
    /// <summary>
    /// Whether a server that is trusted in this says that DNSSEC proves the answer and all aliases on the way (the AD bit, RFC 6840 §5.7); see
    /// <see cref="DnsResolverOptions.TrustRemoteProof"/>.
    /// </summary>
    public bool IsAuthentic { get; init; }

    /// <summary>How long the answer holds from now; bounded by the resolver's options.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>An answer without records.</summary>
    public static DnsAnswer Of(DnsOutcome outcome) => new(outcome, []);

    /// <summary>Whether it is no answer at all: nothing may be concluded from it, and it may end otherwise later.</summary>
    public bool IsFailure => Outcome is not (DnsOutcome.Found or DnsOutcome.NoData or DnsOutcome.NxDomain);

    // What the cache counts it with: an estimate of its memory.
    internal int Weight => 200 + Records.Sum(record => record.Weight);
}
