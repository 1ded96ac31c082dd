using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Merpati.Mail.Mime;
using Merpati.Pop3.Client;

namespace Merpati.Host.Cli.Fetching;

/// <summary>A list of messages, written as it comes: in columns for a person, as one JSON array for a script.</summary>
internal sealed class MessageTable
{
    private const string Time = "yyyy-MM-dd HH:mm";
    private const int FromWidth = 26;
    private const int NarrowSubject = 20;
    private const int WideSubject = 48;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter _output;
    private readonly bool _json;
    private readonly bool _hasHeaders;
    private readonly int _numberWidth;
    private readonly int _octetsWidth;
    private readonly int _subjectWidth;
    private int _rows;

    private MessageTable(TextWriter output, bool json, IReadOnlyList<Pop3Entry> entries, bool hasHeaders)
    {
        _output = output;
        _json = json;
        _hasHeaders = hasHeaders;
        _numberWidth = Math.Max("number".Length, Digits(entries.Count > 0 ? entries.Max(entry => entry.Number) : 0));
        _octetsWidth = Math.Max("octets".Length, Digits(entries.Count > 0 ? entries.Max(entry => entry.Octets) : 0));
        var idWidth = Math.Max("unique-id".Length, entries.Count > 0 ? entries.Max(entry => entry.UniqueId?.Length ?? 0) : 0);
        var others = _numberWidth + _octetsWidth + Time.Length + FromWidth + idWidth + (5 * 2);
        _subjectWidth = Console.IsOutputRedirected ? WideSubject : Math.Clamp(Console.WindowWidth - others - 1, NarrowSubject, WideSubject);
    }

    public static MessageTable Create(TextWriter output, bool json, IReadOnlyList<Pop3Entry> entries, bool hasHeaders) => new(output, json, entries, hasHeaders);

    public void Begin()
    {
        if (_json) _output.Write('[');
        else Write("number".PadLeft(_numberWidth), "octets".PadLeft(_octetsWidth), "date", "from", "subject", "unique-id");
    }

    /// <summary>Writes a message; <paramref name="header"/> is null where it is not known.</summary>
    public void Row(Pop3Entry entry, ReadableHeader? header)
    {
        if (_json)
        {
            _output.Write(_rows++ > 0 ? ",\n " : "\n ");
            _output.Write(JsonSerializer.Serialize(new { number = entry.Number, octets = entry.Octets, date = header?.Date, from = header?.From, subject = header?.Subject, uniqueid = entry.UniqueId }, Relaxed));
            return;
        }

        var number = entry.Number.ToString(CultureInfo.InvariantCulture).PadLeft(_numberWidth);
        var octets = entry.Octets.ToString(CultureInfo.InvariantCulture).PadLeft(_octetsWidth);
        var date = header?.Date?.ToLocalTime().ToString(Time, CultureInfo.InvariantCulture) ?? "";
        Write(number, octets, date, header?.From ?? "", header?.Subject ?? "", entry.UniqueId ?? "");
    }

    public void End()
    {
        if (_json) _output.WriteLine(_rows > 0 ? "\n]" : "]");
        _output.Flush();
    }

    private static int Digits(long number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private void Write(params ReadOnlySpan<string> cells)
    {
        var header = _hasHeaders ? $"{cells[2].PadRight(Time.Length)}  {TextWidth.Fit(cells[3], FromWidth)}  {TextWidth.Fit(cells[4], _subjectWidth)}  " : "";
        _output.WriteLine($"{cells[0]}  {cells[1]}  {header}{cells[5]}".TrimEnd());
    }
}
