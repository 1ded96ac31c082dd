using System.Text;

namespace Merpati.Host.Cli.Demo;

/// <summary>Markdown as a terminal shows it.</summary>
internal static class MarkdownText
{
    /// <summary>A paragraph without backticks and asterisks in pairs, and of its links the words alone.</summary>
    public static string Plain(string paragraph)
    {
        var text = new StringBuilder(paragraph.Replace("`", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal));
        for (var from = 0; text.ToString().IndexOf("](", from, StringComparison.Ordinal) is >= 0 and var middle;)
        {
            var all = text.ToString();
            var (begin, end) = (all.LastIndexOf('[', middle), all.IndexOf(')', middle));
            if (begin < 0 || end < 0) break;
            text.Remove(middle, end + 1 - middle).Remove(begin, 1);
            from = middle - 1;
        }

        return text.ToString();
    }
}
