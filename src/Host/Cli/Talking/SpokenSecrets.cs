namespace Merpati.Host.Cli.Talking;

/// <summary>Hides what must not be read in a transcript: whatever stands in a line where a protocol has a secret.</summary>
internal static class SpokenSecrets
{
    private const string Hidden = "...";

    // How many words of a line are no secret; of all protocols at once, for a password typed into the wrong one is one still.
    private static readonly (string Verb, int Open)[] Rows = [("PASS", 1), ("AUTH", 2), ("APOP", 2), ("LGIN", 2), ("SNDR", 2)];

    /// <summary>The line as a transcript may have it.</summary>
    public static string Hide(string line)
    {
        foreach (var (verb, open) in Rows)
        {
            if (!TalkWords.IsVerb(line, verb)) continue;
            var words = TalkWords.Of(line);
            if (words.Length <= open || (verb == "AUTH" && words is [_, _, "="])) return line;
            return string.Join(' ', [.. words[..open], Hidden]);
        }

        return line;
    }

    /// <summary>The answer to a challenge as a transcript may have it: calling a login off is no secret (RFC 4954 §4), nor is an empty answer.</summary>
    public static string HideAnswer(string line) => line is "*" or "" or "=" ? line : Hidden;

    /// <summary>Whether a line holds a secret.</summary>
    public static bool IsIn(string line) => !string.Equals(Hide(line), line, StringComparison.Ordinal);
}
