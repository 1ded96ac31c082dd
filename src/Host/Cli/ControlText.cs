using System.Globalization;
using System.Text;

namespace Merpati.Host.Cli;

/// <summary>Makes text from outside safe to show: one line, and nothing in it that a terminal would obey.</summary>
internal static class ControlText
{
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.Any(NeedsEscape)) return text;
        var safe = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (NeedsEscape(c)) safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else safe.Append(c);
        }

        return safe.ToString();
    }

    /// <summary>The same, but Tabs stay: for what is to be read by programs, too.</summary>
    public static string EscapeButTabs(string text) => text.Contains('\t', StringComparison.Ordinal) ? string.Join('\t', text.Split('\t').Select(Escape)) : Escape(text);

    // Line and paragraph separators end a line for some readers of logs.
    private static bool NeedsEscape(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' || char.GetUnicodeCategory(c) == UnicodeCategory.Format;
}
