using System.Globalization;
using System.Text;
using Microsoft.VisualBasic.FileIO;

namespace Merpati.Host.Cli;

/// <summary>One row of a CSV file, with the line where it begins.</summary>
internal sealed record CsvRow(long Line, string[] Fields)
{
    /// <summary>A field, empty where the row is shorter.</summary>
    public string this[int at] => at < Fields.Length ? Fields[at] : "";
}

/// <summary>CSV files (RFC 4180, UTF-8), in and out.</summary>
internal static class CsvFile
{
    /// <summary>Reads all rows but a first one that begins with <paramref name="heading"/>. Throws <see cref="CommandFailure"/> when the file is none.</summary>
    public static List<CsvRow> Read(FileInfo file, string heading)
    {
        if (!file.Exists) throw new CommandFailure($"there is no file {file}");
        var rows = new List<CsvRow>();
        using var parser = new TextFieldParser(file.FullName, Encoding.UTF8) { TextFieldType = FieldType.Delimited, HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = true };
        parser.SetDelimiters(",");
        try
        {
            while (!parser.EndOfData)
            {
                var line = parser.LineNumber;
                if (parser.ReadFields() is not { } fields || (rows.Count == 0 && fields[0].Equals(heading, StringComparison.OrdinalIgnoreCase))) continue;
                rows.Add(new CsvRow(line, fields));
            }
        }
        catch (MalformedLineException fault)
        {
            throw new CommandFailure($"{file}: {fault.Message}; nothing was added");
        }

        return rows;
    }

    /// <summary>Refuses a whole file for the faults of its lines, before anything of it is added.</summary>
    public static void RefuseFor(FileInfo file, IEnumerable<(long Line, string? Fault)> rows)
    {
        var faults = rows.Where(row => row.Fault is not null).Select(row => string.Create(CultureInfo.InvariantCulture, $"line {row.Line}: {row.Fault}")).ToList();
        if (faults.Count > 0) throw new CommandFailure(string.Join('\n', faults.Append($"{file}: nothing was added; mend these lines and try again")));
    }

    /// <summary>Tells the lines that were not added and how many were; throws <see cref="CommandFailure"/> when some were not.</summary>
    public static void Report(string what, int rows, IReadOnlyList<(long Line, string Fault)> failed)
    {
        foreach (var (line, fault) in failed.OrderBy(row => row.Line)) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"line {line}: {fault}"));
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"added {rows - failed.Count} of {rows} {what}"));
        if (failed.Count > 0) throw new CommandFailure(string.Create(CultureInfo.InvariantCulture, $"{failed.Count} rows were not added"));
    }

    /// <summary>Writes one row.</summary>
    public static void WriteRow(TextWriter output, params string[] fields) => output.Write(string.Join(',', fields.Select(Quote)) + "\r\n");

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 && field == field.Trim() ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
