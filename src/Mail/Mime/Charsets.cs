using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>Finds a charset by its name in mail (RFC 2045 §5.1, RFC 2047 §2). What cannot be decoded becomes U+FFFD, never an exception.</summary>
internal static class Charsets
{
    private const int MaxNameLength = 40;

    private static readonly DecoderReplacementFallback Replacement = new("\uFFFD");

    private static readonly Encoding UsAscii = Encoding.GetEncoding("us-ascii", EncoderFallback.ReplacementFallback, Replacement);

    /// <summary>The charset of this name, in any case; US-ASCII where it is not known, so that every octet above 127 is shown as U+FFFD.</summary>
    public static Encoding Find(string name)
    {
        if (name.Length is 0 or > MaxNameLength) return UsAscii;
        var known = name.ToLowerInvariant();
        return known switch
        {
            "utf-8" or "utf8" or "unicode-1-1-utf-8" => Encoding.UTF8,
            "us-ascii" or "ascii" => UsAscii,
            "iso-8859-1" or "iso8859-1" or "latin1" or "l1" => Encoding.Latin1,
            "utf-16" or "utf-16le" => Encoding.Unicode,
            "utf-16be" => Encoding.BigEndianUnicode,
            "utf-32" or "utf-32le" => Encoding.UTF32,
            _ => FindCodePage(known) ?? UsAscii,
        };
    }

    /// <summary>Reads octets of no stated charset: strict UTF-8 where they are that (RFC 6532 §3.2), else ISO-8859-1.</summary>
    public static string Guess(ReadOnlySpan<byte> octets) =>
        System.Text.Unicode.Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : Encoding.Latin1.GetString(octets);

    private static Encoding? FindCodePage(string name)
    {
        // Common names that are not registered ones.
        if (name.StartsWith("cp125", StringComparison.Ordinal) || name.StartsWith("x-cp125", StringComparison.Ordinal)) name = string.Concat("windows-125", name.AsSpan(name.Length - 1));
        return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ReplacementFallback, Replacement);
    }
}
