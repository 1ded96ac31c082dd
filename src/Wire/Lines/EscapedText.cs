using System.Globalization;
using System.Text;

namespace Merpati.Wire.Lines;

/// <summary>What a client said, made fit for a log: one line of printable ASCII, at most so long, that cannot pass for anything else.</summary>
public static class EscapedText
{
    private const int MaxLength = 128; // characters of the original

    /// <summary>The text with everything escaped as <c>\u</c> and four hexadecimal digits that is not a visible ASCII character, cut with <c>...</c> after 128 characters.</summary>
    public static string Of(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            if (c is > ' ' and <= '~' and not ('\\' or '"')) escaped.Append(c);
            else escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return text.Length > MaxLength ? escaped.Append("...").ToString() : escaped.ToString();
    }
}
