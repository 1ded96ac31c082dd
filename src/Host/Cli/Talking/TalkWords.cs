namespace Merpati.Host.Cli.Talking;

/// <summary>The words of a command line, and what a word may become.</summary>
internal static class TalkWords
{
    private const int MaxOffers = 200;
    private const int MaxOffer = 1000; // characters

    /// <summary>The words of a line.</summary>
    public static string[] Of(string line) => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether the first word of a line is this verb, in any case.</summary>
    public static bool IsVerb(string line, string verb)
    {
        var text = line.AsSpan().Trim(" \t");
        return text.StartsWith(verb, StringComparison.OrdinalIgnoreCase) && (text.Length == verb.Length || text[verb.Length] is ' ' or '\t');
    }

    /// <summary>Those of the candidates, whole lines, that begin with what was typed, in any case.</summary>
    public static IReadOnlyList<string> Matching(string typed, IEnumerable<string> candidates) =>
        [.. candidates.Where(candidate => candidate.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];

    /// <summary>Keeps one line of what a server offers, where there is room.</summary>
    public static void Keep(List<string> offers, string line)
    {
        if (offers.Count < MaxOffers) offers.Add(line.Length <= MaxOffer ? line : line[..MaxOffer]);
    }

    /// <summary>What stands after a keyword in one of the lines of an offer; null when it is not offered.</summary>
    public static string[]? Parameters(List<string> offers, string keyword)
    {
        foreach (var offer in offers)
        {
            if (Of(offer) is [var first, .. var rest] && first.Equals(keyword, StringComparison.OrdinalIgnoreCase)) return rest;
        }

        return null;
    }
}
