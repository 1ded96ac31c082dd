using System.Globalization;
using Merpati.Host.Cli.Dialogues;

namespace Merpati.Host.Cli.Demo;

/// <summary>
/// What a show looks like: the client on the left, the server on the right where the terminal is wide enough; else a line each with C: and S:, whole.
/// </summary>
internal sealed class DemoScreen
{
    private const int WideEnough = 72;
    private const int WidestText = 100;
    private const string Between = " | ";
    private const string EraseLine = "\r\u001b[K"; // ECMA-48 EL

    private readonly TextWriter _output;
    private readonly int? _width;
    private readonly bool _inColour;

    /// <summary>A screen on a terminal of so many columns, or on none.</summary>
    public DemoScreen(TextWriter output, int? width, bool inColour)
    {
        _output = output;
        _width = width;
        _inColour = inColour;
    }

    private bool IsInColumns => _width >= WideEnough;

    private int Column => ((_width ?? 0) - Between.Length) / 2;

    public void Heading(int number, int count, string title)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{number}/{count}  {title}");
        _output.WriteLine(text);
        _output.WriteLine(new string('=', Math.Min(text.Length, _width ?? text.Length)));
    }

    /// <summary>A paragraph, without the signs of Markdown.</summary>
    public void Sentences(string paragraph)
    {
        var width = Math.Min(_width ?? WidestText, WidestText);
        foreach (var line in WrappedText.Of(MarkdownText.Plain(paragraph), width, hanging: 0)) _output.WriteLine(line);
        _output.WriteLine();
    }

    /// <summary>Before the first line of a connection.</summary>
    public void Opening(string protocol)
    {
        if (!IsInColumns) return;
        _output.WriteLine(Paint(Colours.Faint, "C: the client".PadRight(Column) + Between + $"S: the server ({protocol})"));
        _output.WriteLine(Paint(Colours.Faint, new string('-', Column) + "-+-" + new string('-', Column)));
    }

    public void Line(PlayedLine line)
    {
        if (line.Text is { } text) Write(line.Side, Shown(text), line.Side == DialogueSide.Client ? Colours.Client : Colours.OfReply(text));
        if (!line.IsAsWritten) Write(DialogueSide.Server, line.Expected is { } expected ? $"^ the file has: {Shown(expected.Text)}" : "^ the file does not have this line", Colours.Refused);
    }

    public void Closing() => _output.WriteLine();

    /// <summary>What stands there while nothing goes on, until it is taken away.</summary>
    public void Hint(string text)
    {
        _output.Write(Paint(Colours.Faint, text));
        _output.Flush();
    }

    public void EraseHint() => _output.Write(_inColour ? EraseLine : "\n");

    /// <summary>What is in the mailboxes.</summary>
    public void Mailboxes(IEnumerable<MailboxRow> rows)
    {
        var listing = new Listing("mailbox", "number", "octets", "from", "subject");
        foreach (var row in rows) listing.Add(row.Mailbox, row.NumberText, row.OctetsText, row.From, row.Subject);
        _output.WriteLine("What is in the mailboxes now");
        _output.WriteLine();
        listing.Print(_output, json: false, "nothing");
    }

    private void Write(DialogueSide side, string text, string colour)
    {
        if (!IsInColumns)
        {
            _output.WriteLine(Paint(colour, $"{(side == DialogueSide.Client ? "C:" : "S:")}{(text.Length == 0 ? "" : " ")}{text}"));
            return;
        }

        foreach (var piece in WrappedText.Of(text, Column, hanging: 2))
        {
            _output.WriteLine(side == DialogueSide.Client
                ? Paint(colour, piece.PadRight(Column)) + Between.TrimEnd()
                : new string(' ', Column) + Between + Paint(colour, piece));
        }
    }

    private static string Shown(string text) => ControlText.Escape(text.Replace("\t", "    ", StringComparison.Ordinal));

    private string Paint(string colour, string text) => _inColour && text.Length > 0 ? colour + text + Colours.Off : text;
}
