using System.Globalization;
using System.Text;
using Merpati.Mail.Directory;

namespace Merpati.Smtp.Server.Commands;

/// <summary>How VRFY and EXPN write a person: <c>Ivan Petrov &lt;petrov@example.org&gt;</c> (RFC 5321 §3.5.1).</summary>
internal static class ListedText
{
    private const int MaxNameOctets = 110; // of UTF-8: escaped, and with the longest address, it still fits a reply line

    /// <summary>
    /// One person, without the name where it cannot be said to a client that takes ASCII only; null when the address cannot either
    /// (RFC 6531 §3.7.4.2).
    /// </summary>
    public static string? Of(Listed listed, bool takesUtf8)
    {
        var address = listed.Address.ToString();
        if (!takesUtf8 && !listed.Address.IsAscii) return null;
        var name = Name(listed.Name);
        return name.Length == 0 || (!takesUtf8 && !Ascii.IsValid(name)) ? $"<{address}>" : $"{name} <{address}>";
    }

    /// <summary>Those that can be written.</summary>
    public static IEnumerable<string> Of(IEnumerable<Listed> several, bool takesUtf8) => several.Select(listed => Of(listed, takesUtf8)).OfType<string>();

    // RFC 5322 §3.2.4, §3.2.5: a phrase; quoted where a character of it would mean something.
    private static string Name(string name)
    {
        var text = new StringBuilder();
        var octets = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            octets += rune.Utf8SequenceLength;
            if (octets > MaxNameOctets) break;
            text.Append(IsShown(rune) ? rune.ToString() : " ");
        }

        var plain = string.Join(' ', text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (plain.All(c => c == ' ' || !char.IsAscii(c) || IsAtext(c))) return plain;
        return $"\"{plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    // No controls, and nothing invisible that turns the line round or breaks it.
    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or
        UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned) && rune != Rune.ReplacementChar;

    private static bool IsAtext(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal);
}
