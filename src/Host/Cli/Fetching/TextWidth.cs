using System.Globalization;
using System.Text;

namespace Merpati.Host.Cli.Fetching;

/// <summary>How wide text is on a terminal: most of East Asia's letters and the emoji take two columns, marks that combine with a letter take none.</summary>
internal static class TextWidth
{
    // Unicode Standard Annex 11, as far as letters and pictures go; each pair is a first and a last code point.
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0xA4CF), (0xA960, 0xA97C), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6),
        (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The text, made safe for a terminal, in exactly so many columns: filled up with spaces, or cut with an ellipsis.</summary>
    public static string Fit(string text, int columns)
    {
        var safe = ControlText.Escape(text);
        var fitting = new StringBuilder(columns);
        var used = 0;
        foreach (var rune in safe.EnumerateRunes())
        {
            var width = Of(rune);
            if (used + width > columns) return Cut(safe, columns);
            fitting.Append(rune.ToString());
            used += width;
        }

        return fitting.Append(' ', columns - used).ToString();
    }

    private static string Cut(string text, int columns)
    {
        var fitting = new StringBuilder(columns);
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var width = Of(rune);
            if (used + width > columns - 1) break;
            fitting.Append(rune.ToString());
            used += width;
        }

        return fitting.Append('\u2026').Append(' ', columns - used - 1).ToString();
    }

    private static int Of(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) return 0;
        return Array.Exists(Wide, range => rune.Value >= range.First && rune.Value <= range.Last) ? 2 : 1;
    }
}
