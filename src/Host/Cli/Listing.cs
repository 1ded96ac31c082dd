using System.Globalization;
using System.Text.Json;

namespace Merpati.Host.Cli;

/// <summary>A list for a person, in columns, or for a script, as JSON.</summary>
internal sealed class Listing
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string[] _columns;
    private readonly List<object?[]> _rows = [];

    /// <summary>A list with these columns; the names are those of the JSON members too.</summary>
    public Listing(params string[] columns) => _columns = columns;

    public void Add(params object?[] cells) => _rows.Add(cells);

    /// <summary>Prints the list; for people, <paramref name="whenEmpty"/> where there is nothing.</summary>
    public void Print(TextWriter output, bool json, string whenEmpty)
    {
        if (json) PrintJson(output);
        else if (_rows.Count == 0) output.WriteLine(whenEmpty);
        else PrintColumns(output);
    }

    private void PrintJson(TextWriter output)
    {
        var rows = _rows.Select(row => _columns.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second is Size size ? size.OrNull : cell.Second));
        output.WriteLine(JsonSerializer.Serialize(rows, Indented));
    }

    private void PrintColumns(TextWriter output)
    {
        var texts = _rows.Select(row => Array.ConvertAll(row, Text)).ToList();
        var widths = _columns.Select((name, at) => texts.Max(row => row[at].Length) is var widest && widest > name.Length ? widest : name.Length).ToArray();
        WriteRow(output, _columns, widths, at => false);
        foreach (var row in texts) WriteRow(output, row, widths, at => _rows[0][at] is int or long or uint or Size);
    }

    private static void WriteRow(TextWriter output, string[] row, int[] widths, Func<int, bool> isNumber)
    {
        var cells = row.Select((text, at) => isNumber(at) ? text.PadLeft(widths[at]) : text.PadRight(widths[at]));
        output.WriteLine(string.Join("  ", cells).TrimEnd());
    }

    private static string Text(object? cell) => cell switch
    {
        null => "",
        IEnumerable<string> several => ControlText.Escape(string.Join(", ", several)),
        Size size => SizeText.Format(size.Octets),
        bool yes => yes ? "yes" : "no",
        DateTimeOffset at => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => ControlText.Escape(cell.ToString() ?? ""),
    };
}
