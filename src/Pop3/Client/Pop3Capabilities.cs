using System.Globalization;

namespace Merpati.Pop3.Client;

/// <summary>What a server offers (RFC 2449 §5). It is what it has said last: nothing of it outlives STLS.</summary>
public sealed record Pop3Capabilities
{
    /// <summary>Those of a server that does not know CAPA, or has not said yet.</summary>
    public static readonly Pop3Capabilities None = new();

    /// <summary>Whether the server knows CAPA: what is not among its capabilities is then not there.</summary>
    public bool IsKnown { get; private init; }

    /// <summary>The names of all, in upper case, in the server's order.</summary>
    public IReadOnlyList<string> Keywords { get; private init; } = [];

    /// <summary>TOP (RFC 2449 §6.1).</summary>
    public bool HasTop { get; private init; }

    /// <summary>UIDL (RFC 2449 §6.8).</summary>
    public bool HasUniqueIds { get; private init; }

    /// <summary>USER and PASS (RFC 2449 §6.2).</summary>
    public bool HasUser { get; private init; }

    /// <summary>STLS (RFC 2595 §4).</summary>
    public bool HasStartTls { get; private init; }

    /// <summary>PIPELINING (RFC 2449 §6.6).</summary>
    public bool HasPipelining { get; private init; }

    /// <summary>AUTH-RESP-CODE (RFC 3206 §6): where credentials are at fault it says so.</summary>
    public bool HasAuthResponseCode { get; private init; }

    /// <summary>UTF8 (RFC 6856 §2).</summary>
    public bool HasUtf8 { get; private init; }

    /// <summary>LANG (RFC 6856 §3).</summary>
    public bool HasLanguages { get; private init; }

    /// <summary>The mechanisms of AUTH (RFC 5034), in upper case.</summary>
    public IReadOnlyList<string> Mechanisms { get; private init; } = [];

    /// <summary>After how many days messages may be removed by the server (RFC 2449 §6.7); 0 says that none may be left there. Null for never, or when not said.</summary>
    public int? ExpireDays { get; private init; }

    /// <summary>How long is to be waited between two logins (RFC 2449 §6.5); null when not said.</summary>
    public TimeSpan? LoginDelay { get; private init; }

    /// <summary>Whether a name was among them, in any case.</summary>
    public bool Has(string keyword) => Keywords.Contains(keyword, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the lines of the listing. What is malformed is passed over.</summary>
    internal static Pop3Capabilities Parse(IReadOnlyList<string> lines)
    {
        var offered = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var words = line.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            offered[words[0]] = offered.TryGetValue(words[0], out var before) ? [.. before, .. words[1..]] : words[1..];
        }

        return new Pop3Capabilities
        {
            IsKnown = true,
            Keywords = [.. offered.Keys],
            HasTop = offered.ContainsKey("TOP"),
            HasUniqueIds = offered.ContainsKey("UIDL"),
            HasUser = offered.ContainsKey("USER"),
            HasStartTls = offered.ContainsKey("STLS"),
            HasPipelining = offered.ContainsKey("PIPELINING"),
            HasAuthResponseCode = offered.ContainsKey("AUTH-RESP-CODE"),
            HasUtf8 = offered.ContainsKey("UTF8"),
            HasLanguages = offered.ContainsKey("LANG"),
            Mechanisms = [.. offered.GetValueOrDefault("SASL", []).Distinct(StringComparer.Ordinal)],
            ExpireDays = NumberOf(offered, "EXPIRE"),
            LoginDelay = NumberOf(offered, "LOGIN-DELAY") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    private static int? NumberOf(Dictionary<string, string[]> offered, string name) =>
        offered.GetValueOrDefault(name) is [var word, ..] && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
