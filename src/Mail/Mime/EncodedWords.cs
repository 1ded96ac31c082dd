using System.Globalization;
using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>Text beyond ASCII in a header: encoded words (RFC 2047), and plain UTF-8 (RFC 6532).</summary>
public static class EncodedWords
{
    private const int MaxQuoted = 52; // characters inside a word; it stays well under 75 (RFC 2047 §2), so that it fits a line of 78 after a field's name
    private const int MaxBinary = 36; // octets inside a word in base64

    /// <summary>
    /// The readable form of a field's body: folds undone, encoded words decoded, octets above 127 taken as UTF-8 or else ISO-8859-1. Malformed words stay as they
    /// stand; octets that are wrong in their charset become U+FFFD; control characters become spaces. The work grows with the length alone.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> body)
    {
        var text = new DecodedText(body.Length);
        while (!body.IsEmpty)
        {
            var start = body.IndexOf("=?"u8);
            if (start < 0) break;
            if (!EncodedWord.TryRead(body[start..], out var word))
            {
                text.AddPlain(body[..(start + 2)]);
                body = body[(start + 2)..];
                continue;
            }

            // RFC 2047 §6.2: white space between two encoded words is not shown.
            if (!text.EndsWithWord || !body[..start].Trim(" \t\r\n"u8).IsEmpty) text.AddPlain(body[..start]);
            text.AddWord(word);
            body = body[(start + word.Length)..];
        }

        text.AddPlain(body);
        return text.ToString();
    }

    /// <summary>The same of characters, as in the argument of a command.</summary>
    public static string Decode(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Decode(Encoding.UTF8.GetBytes(body));
    }

    /// <summary>
    /// The form for a header: printable ASCII as it stands, anything else as encoded words of UTF-8, each of at most 75 characters and of whole characters
    /// (RFC 2047 §5), with a space between them where a line may be folded. Control characters become spaces: the result has no CR and no LF.
    /// </summary>
    public static string Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsPlain(text) ? text : EncodeWhole(text);
    }

    /// <summary>Whether a text can stand in a header as it is: printable ASCII, no blank at its ends, nothing that looks like an encoded word.</summary>
    internal static bool IsPlain(string text) =>
        text.Length == 0 || (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && text[0] != ' ' && text[^1] != ' ' && !text.Contains("=?", StringComparison.Ordinal));

    /// <summary>All of a text as encoded words.</summary>
    internal static string EncodeWhole(string text)
    {
        var runes = new List<Rune>(text.Length);
        var quoted = 0;
        var octets = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = Rune.IsControl(rune) ? new Rune(' ') : rune;
            runes.Add(shown);
            quoted += QuotedLength(shown);
            octets += shown.Utf8SequenceLength;
        }

        var words = new StringBuilder(text.Length * 3);
        if (quoted <= (octets + 2) / 3 * 4) AppendQuoted(words, runes);
        else AppendBinary(words, runes);
        return words.ToString();
    }

    // RFC 2047 §5 (3): what may stand for itself in every place, inside the words of a name too.
    private static bool StandsForItself(Rune rune) => rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '!' or '*' or '+' or '-' or '/');

    private static int QuotedLength(Rune rune) => rune.Value == ' ' || StandsForItself(rune) ? 1 : 3 * rune.Utf8SequenceLength;

    private static void AppendQuoted(StringBuilder words, List<Rune> runes)
    {
        Span<byte> octets = stackalloc byte[4];
        var room = 0;
        foreach (var rune in runes)
        {
            var length = QuotedLength(rune);
            if (length > room)
            {
                words.Append(words.Length == 0 ? "=?utf-8?q?" : "?= =?utf-8?q?");
                room = MaxQuoted;
            }

            room -= length;
            if (length == 1)
            {
                words.Append(rune.Value == ' ' ? '_' : (char)rune.Value);
                continue;
            }

            foreach (var octet in octets[..rune.EncodeToUtf8(octets)]) words.Append(CultureInfo.InvariantCulture, $"={octet:X2}");
        }

        words.Append("?=");
    }

    private static void AppendBinary(StringBuilder words, List<Rune> runes)
    {
        Span<byte> word = stackalloc byte[MaxBinary];
        var length = 0;
        foreach (var rune in runes)
        {
            if (length + rune.Utf8SequenceLength > MaxBinary)
            {
                AppendWord(words, word[..length]);
                length = 0;
            }

            length += rune.EncodeToUtf8(word[length..]);
        }

        AppendWord(words, word[..length]);
    }

    private static void AppendWord(StringBuilder words, ReadOnlySpan<byte> octets)
    {
        if (words.Length > 0) words.Append(' ');
        words.Append("=?utf-8?b?").Append(Convert.ToBase64String(octets)).Append("?=");
    }
}
