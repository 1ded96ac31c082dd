namespace Merpati.Dns.Messages;

/// <summary>What is taken from a response.</summary>
internal sealed record DnsMessage
{
    public required ResponseCode Code { get; init; }

    public required bool IsAuthentic { get; init; }

    /// <summary>Whether the server would ask others or knows by itself; one that does neither has only pointed elsewhere.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The aliases, and the records of the type that was asked for; cut at <see cref="MessageParser.MaxRecords"/>.</summary>
    public required IReadOnlyList<DnsRecord> Answers { get; init; }

    /// <summary>How long the absence of records may be remembered; null when the server did not say.</summary>
    public required TimeSpan? NegativeTtl { get; init; }
}
