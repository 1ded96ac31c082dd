namespace Merpati.Architecture.Tests;

/// <summary>The RFCs that the code cites, held against the index.</summary>
internal static class RfcCitations
{
    /// <summary>The numbers that a text cites, as in <c>RFC 5321</c> or <c>RFC 1870, 6152 and 2034</c>.</summary>
    public static IEnumerable<int> In(string text)
    {
        const string Mark = "RFC";
        for (var at = text.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Mark, at, StringComparison.Ordinal))
        {
            at += Mark.Length;
            if (at < text.Length && text[at] == 's') at++;
            if (at < text.Length && text[at] is ' ' or '\u00a0') at++;
            for (var least = 1; Number(text, at, out var end) is { } number && end - at >= least; at += Separator(text, at), least = 4)
            {
                yield return number;
                at = end;
                if (Separator(text, at) == 0) break;
            }
        }
    }

    /// <summary>What is cited and not listed.</summary>
    public static IEnumerable<string> CheckListed(IEnumerable<RepositoryFile> code, IReadOnlyList<RfcRow> rows)
    {
        var listed = rows.Select(row => row.Number).ToHashSet();
        return from file in code
               from number in In(file.Text).Distinct()
               where !listed.Contains(number)
               select $"{file.Path}: RFC {number} is not in {RfcIndex.Path}";
    }

    /// <summary>What is said to be served and cited nowhere.</summary>
    public static IEnumerable<string> CheckCited(IEnumerable<RepositoryFile> code, IReadOnlyList<RfcRow> rows)
    {
        var cited = code.SelectMany(file => In(file.Text)).ToHashSet();
        return from row in rows
               where row.State is "Yes" or "Partial" && !cited.Contains(row.Number)
               select $"{RfcIndex.Path}: RFC {row.Number} is {row.State} and cited nowhere under src";
    }

    private static int? Number(string text, int at, out int end)
    {
        end = at;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end - at is > 0 and <= 5 ? int.Parse(text.AsSpan(at, end - at), System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private static int Separator(string text, int at)
    {
        foreach (var separator in (string[])[", ", " and ", " or "])
        {
            if (text.AsSpan(at).StartsWith(separator, StringComparison.Ordinal)) return separator.Length;
        }

        return 0;
    }
}
