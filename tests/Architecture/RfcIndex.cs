namespace Merpati.Architecture.Tests;

/// <summary>One row of <c>rfc/index.tsv</c>.</summary>
/// <param name="Number">The RFC's number.</param>
/// <param name="Title">Its title.</param>
/// <param name="Status">Its standing in the series, and what replaced it.</param>
/// <param name="State">What we make of it: one of <see cref="RfcIndex.States"/>.</param>
/// <param name="Why">What of it is served, or why not, in one sentence.</param>
internal sealed record RfcRow(int Number, string Title, string Status, string State, string Why);

/// <summary>The index of RFCs: the one truth about conformance, from which the page is made.</summary>
internal static class RfcIndex
{
    public const string Path = "rfc/index.tsv";

    public static readonly string[] States = ["Yes", "Partial", "Later", "No"];

    private const string Header = "number\ttitle\tstatus\tstate\twhy";

    private static readonly string[] Standings =
    [
        "Internet Standard", "Draft Standard", "Proposed Standard", "Best Current Practice", "Informational", "Experimental", "Historic",
    ];

    /// <summary>The rows that are well formed, and what is wrong with the others and with their order.</summary>
    public static (IReadOnlyList<RfcRow> Rows, IReadOnlyList<string> Findings) Parse(string text)
    {
        var rows = new List<RfcRow>();
        var findings = new List<string>();
        var lines = text.Split('\n');
        if (lines[0] != Header) findings.Add($"{Path}:1: the header is not {Header.Replace('\t', ' ')}");
        if (lines[^1].Length > 0) findings.Add($"{Path}: the last line does not end");
        for (var i = 1; i < lines.Length - 1; i++)
        {
            if (Read(lines[i], out var row) is { } fault) findings.Add($"{Path}:{i + 1}: {fault}");
            else if (rows.Count > 0 && row!.Number <= rows[^1].Number) findings.Add($"{Path}:{i + 1}: RFC {row.Number} is out of order");
            else rows.Add(row!);
        }

        return (rows, findings);
    }

    private static string? Read(string line, out RfcRow? row)
    {
        row = null;
        if (line.Split('\t') is not [var number, var title, var status, var state, var why]) return "not five columns";
        if (line.Split('\t').Any(column => column.Length == 0 || column.Trim() != column)) return "a column is empty or begins or ends with a space";
        if (!int.TryParse(number, out var value) || value <= 0 || number[0] is '0' or '+') return $"{number} is no number";
        if (!IsStanding(status)) return $"{status} is no status of an RFC";
        if (!States.Contains(state)) return $"{state} is none of {string.Join(", ", States)}";
        if (!why.EndsWith('.') || why.Contains('|', StringComparison.Ordinal)) return "the reason is no sentence";
        row = new RfcRow(value, title, status, state, why);
        return null;
    }

    private static bool IsStanding(string status) =>
        status.Split("; obsoleted by ") is [var standing, .. var successors]
        && Standings.Contains(standing)
        && successors.Length <= 1
        && successors.SelectMany(list => list.Split(", ")).All(successor => successor.Length > 0 && successor.All(char.IsAsciiDigit));
}
