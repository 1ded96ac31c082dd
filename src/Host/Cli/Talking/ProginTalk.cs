using System.Globalization;

namespace Merpati.Host.Cli.Talking;

/// <summary>Progin, the course protocol (docs/progin.md), at a console.</summary>
internal sealed class ProginTalk : ITalkProtocol
{
    private static readonly string[] Verbs = ["DATA", "FTCH", "HELO", "LGIN ", "LIST", "MAIL", "QUIT", "RCPT ", "SNDR "];

    private string _said = "";
    private int _messages; // of a listing, still to come
    private bool _isInText;

    public string Name => "progin";

    public string? SaslService => null;

    public int MaxAuthCommand => 0;

    public bool HasGreeting => false;

    public IReadOnlyList<string> Mechanisms => [];

    public string? Timestamp => null;

    public TalkPlan Plan(string line) => TalkWords.Of(line) switch
    {
        [var verb, _] when Is(verb, "SNDR") || Is(verb, "LGIN") => new TalkPlan(TalkDeed.AddPassword),
        [var verb, ..] when Is(verb, "DATA") => new TalkPlan(TalkDeed.SayAndWrite), // a text is read whatever the order
        _ => TalkPlan.Say,
    };

    public void Said(string line)
    {
        _said = line;
        _messages = 0;
        _isInText = false;
    }

    public Heard Hear(string line)
    {
        if (_isInText) return HearText(line);
        if (TalkWords.Of(line) is ["MAIL", _] && _messages > 0)
        {
            _isInText = true;
            return new Heard(HeardRole.More);
        }

        if (TalkWords.IsVerb(_said, "LIST") && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out _messages))
        {
            return new Heard(_messages > 0 ? HeardRole.More : HeardRole.Last);
        }

        if (TalkWords.IsVerb(line, "BYE")) return new Heard(HeardRole.Last, TalkNext.Farewell);
        return new Heard(TalkWords.IsVerb(line, "OK") || TalkWords.IsVerb(line, "ERR") ? HeardRole.Last : HeardRole.Strange);
    }

    public void Forget()
    {
    }

    public IReadOnlyList<string> Complete(string typed) => TalkWords.Matching(typed, Verbs);

    private static bool Is(string word, string verb) => word.Equals(verb, StringComparison.OrdinalIgnoreCase);

    private Heard HearText(string line)
    {
        if (line != ".") return new Heard(HeardRole.Text);
        _isInText = false;
        return new Heard(--_messages > 0 ? HeardRole.TextEnd : HeardRole.LastTextEnd);
    }
}
