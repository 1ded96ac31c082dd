namespace Merpati.Host.Cli.Talking;

/// <summary>The extended response codes of POP3 (RFC 2449 §8, RFC 3206 §4, RFC 6856 §5).</summary>
internal static class Pop3Meanings
{
    private static readonly Dictionary<string, string> Rows = new(StringComparer.OrdinalIgnoreCase)
    {
        ["IN-USE"] = "another session has the maildrop open",
        ["LOGIN-DELAY"] = "the last login was too short a while ago",
        ["SYS/TEMP"] = "the system fails for now, not the password: later it may work",
        ["SYS/PERM"] = "the system fails, not the password: somebody must mend it",
        ["SYS"] = "the system fails, not the password",
        ["AUTH"] = "the name or the password is wrong",
        ["UTF8"] = "the message or the maildrop needs UTF8, which was not said",
    };

    /// <summary>What a code means, without its brackets; null when it is not known.</summary>
    public static string? Of(string code)
    {
        if (Rows.TryGetValue(code, out var meaning)) return meaning;
        // RFC 2449 §8: what follows a slash is a special case of what stands before it.
        return code.LastIndexOf('/') is var slash and > 0 ? Of(code[..slash]) : null;
    }
}
