using System.Globalization;

namespace Merpati.Smtp.Client;

/// <summary>What a server offers (RFC 5321 §4.1.1.1). It is what it has said last: nothing of it outlives STARTTLS.</summary>
public sealed record SmtpCapabilities
{
    /// <summary>Those of a server that knows no extensions, or has not said yet.</summary>
    public static readonly SmtpCapabilities None = new();

    /// <summary>The keywords of all its lines, in upper case, in its order.</summary>
    public IReadOnlyList<string> Keywords { get; private init; } = [];

    /// <summary>Whether it declares a largest size and wants to be told the message's (RFC 1870).</summary>
    public bool HasSize { get; private init; }

    /// <summary>The largest message that it takes, in octets; null when it sets no bound (RFC 1870 §4).</summary>
    public long? MaxSize { get; private init; }

    /// <summary>8BITMIME (RFC 6152).</summary>
    public bool HasEightBitMime { get; private init; }

    /// <summary>SMTPUTF8 (RFC 6531).</summary>
    public bool HasSmtpUtf8 { get; private init; }

    /// <summary>PIPELINING (RFC 2920).</summary>
    public bool HasPipelining { get; private init; }

    /// <summary>CHUNKING (RFC 3030 §2).</summary>
    public bool HasChunking { get; private init; }

    /// <summary>BINARYMIME, which needs CHUNKING (RFC 3030 §3).</summary>
    public bool HasBinaryMime { get; private init; }

    /// <summary>DSN (RFC 3461).</summary>
    public bool HasDsn { get; private init; }

    /// <summary>STARTTLS (RFC 3207).</summary>
    public bool HasStartTls { get; private init; }

    /// <summary>The mechanisms of AUTH (RFC 4954), in upper case.</summary>
    public IReadOnlyList<string> Mechanisms { get; private init; } = [];

    /// <summary>The most recipients of a transaction (RFC 9422, RCPTMAX); null when not said.</summary>
    public int? MaxRecipients { get; private init; }

    /// <summary>The most transactions of a connection (RFC 9422, MAILMAX); null when not said.</summary>
    public int? MaxTransactions { get; private init; }

    /// <summary>The most domains among the recipients of a transaction (RFC 9422, RCPTDOMAINMAX); null when not said.</summary>
    public int? MaxRecipientDomains { get; private init; }

    /// <summary>Whether a keyword was among the lines, in any case.</summary>
    public bool Has(string keyword) => Keywords.Contains(keyword, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the lines of a reply to EHLO, of which the first only greets. What is malformed is passed over.</summary>
    internal static SmtpCapabilities Parse(IReadOnlyList<string> lines)
    {
        var offered = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1))
        {
            // "AUTH=LOGIN" is how some wrote it before there was a standard for it.
            var words = line.ToUpperInvariant().Replace("AUTH=", "AUTH ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            offered[words[0]] = offered.TryGetValue(words[0], out var before) ? [.. before, .. words[1..]] : words[1..];
        }

        return new SmtpCapabilities
        {
            Keywords = [.. offered.Keys],
            HasSize = offered.ContainsKey("SIZE"),
            MaxSize = offered.GetValueOrDefault("SIZE") is [var size, ..] && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var octets) && octets > 0 ? octets : null,
            HasEightBitMime = offered.ContainsKey("8BITMIME"),
            HasSmtpUtf8 = offered.ContainsKey("SMTPUTF8"),
            HasPipelining = offered.ContainsKey("PIPELINING"),
            HasChunking = offered.ContainsKey("CHUNKING"),
            HasBinaryMime = offered.ContainsKey("BINARYMIME") && offered.ContainsKey("CHUNKING"),
            HasDsn = offered.ContainsKey("DSN"),
            HasStartTls = offered.ContainsKey("STARTTLS"),
            Mechanisms = [.. offered.GetValueOrDefault("AUTH", []).Distinct(StringComparer.Ordinal)],
            MaxRecipients = LimitOf(offered, "RCPTMAX="),
            MaxTransactions = LimitOf(offered, "MAILMAX="),
            MaxRecipientDomains = LimitOf(offered, "RCPTDOMAINMAX="),
        };
    }

    // RFC 9422 §4: a limit is a positive number of at most six digits without a leading zero.
    private static int? LimitOf(Dictionary<string, string[]> offered, string name)
    {
        foreach (var limit in offered.GetValueOrDefault("LIMITS", []))
        {
            if (!limit.StartsWith(name, StringComparison.Ordinal)) continue;
            if (int.TryParse(limit.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1_000_000) return number;
        }

        return null;
    }
}
