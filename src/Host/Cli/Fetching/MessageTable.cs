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
    private const string IdTitle = "unique-id";
    private const int Between = 2;
    private const int WideFrom = 26;
    private const int WideSubject = 48;
    private const int UsefulSubject = 20; // From gives way before it
    private const int Narrowest = 8; // of either

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter _output;
    private readonly bool _json;
    private readonly bool _hasHeaders;
    private readonly int _numberWidth;
    private readonly int _octetsWidth;
    private readonly int _fromWidth = WideFrom;
    private readonly int _subjectWidth = WideSubject;
    private readonly int _idWidth;
    private int _rows;

    private MessageTable(TextWriter output, bool json, IReadOnlyList<Pop3Entry> entries, bool hasHeaders, int? columns)
    {
        _output = output;
        _json = json;
        _hasHeaders = hasHeaders;
        _numberWidth = Math.Max("number".Length, Digits(entries.Count > 0 ? entries.Max(entry => entry.Number) : 0));
        _octetsWidth = Math.Max("octets".Length, Digits(entries.Count > 0 ? entries.Max(entry => entry.Octets) : 0));
        _idWidth = Math.Max(IdTitle.Length, entries.Count > 0 ? entries.Max(entry => entry.UniqueId?.Length ?? 0) : 0);
        if (columns is null) return;
        var room = columns.Value - 1 - _numberWidth - Between - _octetsWidth - Between; // one stays free: a line that is full to the last column may be followed by an empty one
        if (hasHeaders) room -= Time.Length + (3 * Between);
        _idWidth = Math.Clamp(room - (hasHeaders ? 2 * Narrowest : 0), IdTitle.Length, _idWidth);
        _fromWidth = Math.Clamp(room - _idWidth - UsefulSubject, Narrowest, WideFrom);
        _subjectWidth = Math.Clamp(room - _idWidth - _fromWidth, Narrowest, WideSubject);
    }

    /// <summary>A table for a screen that is so many columns wide; null where that is not known: then it is as wide as is good to read.</summary>
    public static MessageTable Create(TextWriter output, bool json, IReadOnlyList<Pop3Entry> entries, bool hasHeaders, int? columns) => new(output, json, entries, hasHeaders, columns);

    public void Begin()
    {
        if (_json) _output.Write('[');
        else Write("number".PadLeft(_numberWidth), "octets".PadLeft(_octetsWidth), "date", "from", "subject", IdTitle);
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
        var header = _hasHeaders ? $"{cells[2].PadRight(Time.Length)}  {TextWidth.Fit(cells[3], _fromWidth)}  {TextWidth.Fit(cells[4], _subjectWidth)}  " : "";
        _output.WriteLine($"{cells[0]}  {cells[1]}  {header}{TextWidth.Fit(cells[5], _idWidth)}".TrimEnd());
    }
}
