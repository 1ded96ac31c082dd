using System.Globalization;
using System.Text;

namespace Merpati.Architecture.Tests;

/// <summary>Makes the page for people from the index.</summary>
internal static class RfcPage
{
    public const string Path = "docs/rfc.md";

    public static string Of(IReadOnlyList<RfcRow> rows)
    {
        var page = new StringBuilder();
        page.Append("# The RFCs\n\n");
        page.Append(CultureInfo.InvariantCulture, $"Made from `{RfcIndex.Path}`: change that file, then run the architecture tests with `MERPATI_REGENERATE=1`.\n");
        page.Append("Every RFC that the code cites is listed, and every one that is said to be served is cited where it is.\n\n");
        foreach (var state in RfcIndex.States) page.Append(CultureInfo.InvariantCulture, $"- **{state}** ({rows.Count(row => row.State == state)}): {Meaning(state)}\n");
        page.Append("\n| RFC | Title | Status | State | What and why |\n|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"| [{row.Number}](https://www.rfc-editor.org/info/rfc{row.Number}) | {row.Title} | {row.Status} | {row.State} | {row.Why} |\n");
        }

        return page.ToString();
    }

    private static string Meaning(string state) => state switch
    {
        "Yes" => "served whole, as far as it concerns a server of this kind.",
        "Partial" => "a part is served; the last column says which.",
        "Later" => "not served yet, and meant to be.",
        _ => "not served: replaced by another, or nothing to serve.",
    };
}
