using System.Globalization;
using System.Text;

namespace Merpati.Progin.Server;

/// <summary>What a client said, made fit for a log: one line of printable ASCII, at most so long, that cannot pass for anything else.</summary>
internal static class EscapedText
{
    private const int MaxLength = 128; // characters of the original

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
