using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary>Writes recipients of the queue page by page, in columns or as one array of JSON; it keeps none of them.</summary>
internal sealed class QueueTable : IAsyncDisposable
{
    private static readonly string[] Columns = ["id", "state", "attempts", "accepted", "due", "size", "sender", "recipient", "destination", "reply"];

    private readonly Utf8JsonWriter? _json;
    private readonly int[] _widths = Array.ConvertAll(Columns, name => name.Length);
    private bool _isEmpty = true;

    public QueueTable(bool json)
    {
        if (!json) return;
        _json = OpenJson();
        _json.WriteStartArray();
    }

    /// <summary>JSON to standard output, in the shape of the other lists.</summary>
    public static Utf8JsonWriter OpenJson() => new(Console.OpenStandardOutput(), new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Ends the array of <see cref="OpenJson"/>.</summary>
    public static async ValueTask EndJsonAsync(Utf8JsonWriter json, CancellationToken cancellation)
    {
        json.WriteEndArray();
        await json.FlushAsync(cancellation);
        Console.Out.WriteLine();
    }

    /// <summary>What is known of a recipient besides its last reply, as members of an object that is begun.</summary>
    public static void WriteMembers(Utf8JsonWriter json, QueueEntry entry)
    {
        json.WriteString("id", entry.Id.ToString());
        json.WriteString("state", QueueText.Name(entry.State));
        json.WriteNumber("attempts", entry.Attempts);
        json.WriteString("accepted", entry.AcceptedAt);
        json.WriteString("due", entry.DueAt);
        json.WriteNumber("size", entry.Size);
        json.WriteString("sender", entry.ReversePath.ToAddressText());
        json.WriteString("recipient", entry.Recipient.ToString());
        json.WriteString("destination", entry.Destination);
    }

    public async ValueTask AddAsync(IReadOnlyList<QueueEntry> page, CancellationToken cancellation)
    {
        if (_json is null)
        {
            AddLines(page);
        }
        else
        {
            foreach (var entry in page)
            {
                _json.WriteStartObject();
                WriteMembers(_json, entry);
                _json.WriteString("reply", entry.LastReply);
                _json.WriteEndObject();
            }

            await _json.FlushAsync(cancellation);
        }

        _isEmpty = false;
    }

    /// <summary>Ends it; for people, with <paramref name="whenEmpty"/> where there was nothing.</summary>
    public async ValueTask EndAsync(string whenEmpty, CancellationToken cancellation)
    {
        if (_json is not null) await EndJsonAsync(_json, cancellation);
        else if (_isEmpty) Console.Out.WriteLine(whenEmpty);
    }

    public async ValueTask DisposeAsync()
    {
        if (_json is not null) await _json.DisposeAsync();
    }

    // The columns get wider from page to page, never narrower.
    private void AddLines(IReadOnlyList<QueueEntry> page)
    {
        var rows = page.Select(Cells).ToList();
        for (var at = 0; at < Columns.Length - 1; at++) _widths[at] = Math.Max(_widths[at], rows.Max(row => row[at].Length));
        if (_isEmpty) WriteLine(Columns);
        foreach (var row in rows) WriteLine(row);
    }

    private void WriteLine(string[] cells) =>
        Console.Out.WriteLine(string.Join("  ", cells.Select((text, at) => Columns[at] is "attempts" or "size" ? text.PadLeft(_widths[at]) : text.PadRight(_widths[at]))).TrimEnd());

    private static string[] Cells(QueueEntry entry) =>
    [
        entry.Id.ToString(), QueueText.Name(entry.State), entry.Attempts.ToString(CultureInfo.InvariantCulture), QueueText.Time(entry.AcceptedAt), QueueText.Time(entry.DueAt),
        entry.Size.ToString(CultureInfo.InvariantCulture), ControlText.Escape(entry.ReversePath.ToString()), ControlText.Escape(entry.Recipient.ToString()),
        ControlText.Escape(entry.Destination), QueueText.OneLine(entry.LastReply),
    ];
}
