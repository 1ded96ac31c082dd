namespace Merpati.Pop3.Grammar;

/// <summary>The basic language ranges that LANG takes (RFC 4647 §2.1).</summary>
internal static class LanguageRange
{
    private const int MaxSubtag = 8; // octets

    /// <summary>Whether this is the range that leaves the choice to the server.</summary>
    public static bool IsAny(ReadOnlySpan<byte> range) => range is [(byte)'*'];

    /// <summary>Whether this is a range: letters, then letters and digits, 1 to 8 of each between hyphens.</summary>
    public static bool IsValid(ReadOnlySpan<byte> range)
    {
        if (IsAny(range)) return true;
        for (var isFirst = true; ; isFirst = false)
        {
            var end = range.IndexOf((byte)'-');
            var subtag = end < 0 ? range : range[..end];
            if (subtag.Length is 0 or > MaxSubtag) return false;
            foreach (var c in subtag)
            {
                if (!(isFirst ? char.IsAsciiLetter((char)c) : char.IsAsciiLetterOrDigit((char)c))) return false;
            }

            if (end < 0) return true;
            range = range[(end + 1)..];
        }
    }

    /// <summary>The language itself, without script, region and the rest.</summary>
    public static ReadOnlySpan<byte> Primary(ReadOnlySpan<byte> range)
    {
        var end = range.IndexOf((byte)'-');
        return end < 0 ? range : range[..end];
    }
}
