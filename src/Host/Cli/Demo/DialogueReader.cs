namespace Merpati.Host.Cli.Demo;

/// <summary>
/// Reads a file of docs/dialogues: Markdown with a title, blocks that are fenced (<c>setup</c>, <c>message …</c>, <c>dialogue PROTOCOL [lf]</c>), a table of
/// the mailboxes at the end, and paragraphs between them, which tell what happens.
/// </summary>
internal sealed class DialogueReader
{
    private const string Fence = "```";

    private readonly string _name;
    private readonly string[] _lines;
    private readonly SceneReader _scene;
    private readonly List<DialogueScript> _scripts = [];
    private readonly List<string> _sentences = [];
    private string? _title;
    private MailboxTable? _mailboxes;
    private int _at; // the line that comes next, from 0

    private DialogueReader(string name, string text)
    {
        _name = name;
        _lines = text.Split('\n');
        _scene = new SceneReader(Fault);
    }

    /// <summary>Reads one. Throws <see cref="DialogueFault"/>, with file and line, when it cannot be understood.</summary>
    public static Dialogue Read(string name, string text) => new DialogueReader(name, text).Read();

    private Dialogue Read()
    {
        while (_at < _lines.Length) ReadNext();
        if (_title is null) throw Fault(1, "there is no title");
        if (_scripts.Count == 0) throw Fault(_lines.Length, "there is no dialogue in it");
        return new Dialogue(_name, _title, _scene.Scene, _scripts, _mailboxes ?? throw Fault(_lines.Length, "there is no table of the mailboxes"));
    }

    private void ReadNext()
    {
        var line = _lines[_at];
        if (line.StartsWith(Fence, StringComparison.Ordinal)) ReadBlock(line[Fence.Length..]);
        else if (line.StartsWith('|')) ReadMailboxes();
        else if (line.StartsWith('#')) ReadHeading(line);
        else if (line.Length == 0) _at++;
        else ReadParagraph();
    }

    private void ReadHeading(string line)
    {
        if (_title is null && line.StartsWith("# ", StringComparison.Ordinal)) _title = line[2..];
        _at++;
    }

    private void ReadParagraph()
    {
        var begin = _at;
        while (_at < _lines.Length && _lines[_at] is [not ('#' or '|'), ..] line && !line.StartsWith(Fence, StringComparison.Ordinal)) _at++;
        _sentences.Add(string.Join(' ', _lines[begin.._at]));
    }

    private void ReadBlock(string kind)
    {
        var begin = ++_at;
        while (_at < _lines.Length && _lines[_at] != Fence) _at++;
        if (_at == _lines.Length) throw Fault(begin, "this block has no end");
        var end = _at++;
        var words = kind.Split(' ', 2);
        if (words[0] == "setup")
        {
            for (var i = begin; i < end; i++) _scene.ReadLine(_lines[i], i + 1);
        }
        else if (words is ["message", var head])
        {
            _scene.ReadMessage(head, _lines[begin..end], begin);
        }
        else if (words is ["dialogue", var how])
        {
            ReadScript(how, begin, end);
        }
        else
        {
            throw Fault(begin, $"there are no blocks of '{kind}'");
        }
    }

    private void ReadScript(string how, int begin, int end)
    {
        if (how.Split(' ') is not ([_] or [_, "lf"])) throw Fault(begin, "a dialogue is 'smtp', 'pop3' or 'progin', perhaps with 'lf'");
        var words = how.Split(' ');
        if (!SpokenProtocol.Names.Contains(words[0])) throw Fault(begin, $"{words[0]} is no protocol of a dialogue");
        var lines = new List<ScriptLine>();
        for (var i = begin; i < end; i++) lines.Add(ReadSpoken(_lines[i], i + 1));
        if (lines.FindLast(line => line.Side == DialogueSide.Client)?.Text.Equals("QUIT", StringComparison.OrdinalIgnoreCase) != true) throw Fault(end, "the client ends with QUIT");
        _scripts.Add(new DialogueScript(words[0], [.. _sentences], lines) { EndsInLineFeed = words.Length == 2, Place = (begin + 1, end + 1) });
        _sentences.Clear();
    }

    private ScriptLine ReadSpoken(string line, int number)
    {
        if (line is not [('C' or 'S') and var side, ':', .. var text] || text is [not ' ', ..]) throw Fault(number, "each line begins with 'C:' or 'S:'");
        return new ScriptLine(side == 'C' ? DialogueSide.Client : DialogueSide.Server, text.Length == 0 ? "" : text[1..], number);
    }

    private void ReadMailboxes()
    {
        var begin = _at;
        while (_at < _lines.Length && _lines[_at].StartsWith('|')) _at++;
        if (!_lines[begin.._at].Take(2).SequenceEqual(MailboxTable.Head)) throw Fault(begin + 1, $"the table of the mailboxes begins with {MailboxTable.Head[0]}");
        if (_mailboxes is not null) throw Fault(begin + 1, "there is a second table of the mailboxes");
        _mailboxes = new MailboxTable(_lines[(begin + 2).._at]) { Place = (begin + 1, _at + 1) };
    }

    private DialogueFault Fault(int line, string fault) => new(_name, line, fault);
}
