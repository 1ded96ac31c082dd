using System.Globalization;
using Merpati.Progin.Client;

namespace Merpati.Host.Cli.Progin;

/// <summary>Prints messages for people, with nothing in them that a terminal would obey.</summary>
internal sealed class ProginPages(TextWriter output) : IProginPrinter
{
    private int _messages;

    public void Print(ProginItem item)
    {
        switch (item)
        {
            case ProginCount { Messages: var messages }:
                _messages = messages;
                if (messages == 0) output.WriteLine("no messages");
                break;
            case ProginHead head:
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"--- {head.Number} of {_messages}"));
                output.WriteLine($"To: {ControlText.Escape(head.To)}");
                output.WriteLine($"From: {ControlText.Escape(head.From)}");
                output.WriteLine($"Time: {ControlText.Escape(head.Time)}");
                output.WriteLine($"Subject: {ControlText.Escape(head.Subject)}");
                output.WriteLine();
                break;
            case ProginText { Text: var text }:
                PrintText(text);
                break;
            case ProginEnd:
                output.WriteLine();
                break;
        }
    }

    public void Dispose() => output.Flush();

    private void PrintText(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            output.Write(ControlText.Escape(lines[i].Replace('\t', ' ')));
            if (i < lines.Length - 1) output.WriteLine();
        }
    }
}
