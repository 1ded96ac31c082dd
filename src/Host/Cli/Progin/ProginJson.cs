using System.Text.Encodings.Web;
using System.Text.Json;
using Merpati.Progin.Client;

namespace Merpati.Host.Cli.Progin;

/// <summary>Prints messages for scripts: one JSON array of objects, written as it comes. A listing that breaks off leaves an array without its end.</summary>
internal sealed class ProginJson : IProginPrinter
{
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly Utf8JsonWriter _json;
    private bool _isWhole;
    private int _messages;

    public ProginJson() => _json = new Utf8JsonWriter(_output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public void Print(ProginItem item)
    {
        switch (item)
        {
            case ProginCount { Messages: var messages }:
                _messages = messages;
                _json.WriteStartArray();
                if (messages == 0) End();
                break;
            case ProginHead head:
                _json.WriteStartObject();
                _json.WriteNumber("number", head.Number);
                _json.WriteString("to", head.To);
                _json.WriteString("from", head.From);
                _json.WriteString("time", head.Time);
                _json.WriteString("subject", head.Subject);
                _json.WritePropertyName("text");
                break;
            case ProginText { Text: var text }:
                _json.WriteStringValueSegment(text, isFinalSegment: false);
                _json.Flush();
                break;
            case ProginEnd { Number: var number }:
                _json.WriteStringValueSegment("", isFinalSegment: true);
                _json.WriteEndObject();
                _json.Flush();
                if (number == _messages) End();
                break;
        }
    }

    public void Dispose()
    {
        if (_isWhole) _json.Dispose();
        _output.WriteByte((byte)'\n');
        _output.Dispose();
    }

    private void End()
    {
        _json.WriteEndArray();
        _json.Flush();
        _isWhole = true;
    }
}
