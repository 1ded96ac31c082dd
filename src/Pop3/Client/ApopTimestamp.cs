namespace Merpati.Pop3.Client;

/// <summary>The timestamp in a greeting that makes APOP possible (RFC 1939 §7).</summary>
public static class ApopTimestamp
{
    private const int MaxLength = 510;

    /// <summary>
    /// The timestamp, with its angle brackets; null when there is none. One that is no proper Message-ID is none: freely chosen octets would let a server that
    /// is not the right one find out the password by collisions of MD5.
    /// </summary>
    public static string? Find(string words)
    {
        var end = words.LastIndexOf('>');
        if (end < 0) return null;
        var start = words.LastIndexOf('<', end);
        if (start < 0) return null;
        var inside = words.AsSpan(start + 1, end - start - 1);
        var at = inside.IndexOf('@');
        var isProper = inside.Length <= MaxLength && at > 0 && at < inside.Length - 1 && !inside[(at + 1)..].Contains('@')
            && !inside.ContainsAnyExceptInRange('!', '~') && !inside.ContainsAny('<', '>');
        return isProper ? words[start..(end + 1)] : null;
    }
}
