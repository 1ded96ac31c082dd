using Merpati.Pop3.Client;

namespace Merpati.Host.Cli.Talking;

/// <summary>POP3 (RFC 1939) at a console.</summary>
internal sealed class Pop3Talk : ITalkProtocol
{
    private static readonly string[] Verbs = ["APOP ", "CAPA", "DELE ", "LAST", "LIST", "NOOP", "PASS", "QUIT", "RETR ", "RSET", "STAT"];

    // Those that CAPA names (RFC 2449 §6), where it was asked.
    private static readonly (string Verb, string Keyword)[] OfferedVerbs =
        [("AUTH ", "SASL"), ("LANG", "LANG"), ("STLS", "STLS"), ("TOP ", "TOP"), ("UIDL", "UIDL"), ("USER ", "USER"), ("UTF8", "UTF8")];

    private readonly List<string> _offers = [];
    private readonly List<string> _listed = []; // by AUTH without an argument
    private string _said = "";
    private bool _isGreeted;
    private bool _isInText;

    public string Name => "pop3";

    public string SaslService => "pop";

    public int MaxAuthCommand => 255; // RFC 5034 §4

    public bool HasGreeting => true;

    public IReadOnlyList<string> Mechanisms => TalkWords.Parameters(_offers, "SASL") ?? [.. _listed];

    public string? Timestamp { get; private set; }

    public TalkPlan Plan(string line) => TalkWords.Of(line) switch
    {
        [var verb, .. { Length: > 0 } words] when Is(verb, "AUTH") => SaslWords.Plan(words),
        [var verb, var user] when Is(verb, "APOP") => new TalkPlan(TalkDeed.LogInByDigest, User: user),
        [var verb] when Is(verb, "PASS") => new TalkPlan(TalkDeed.AddPassword),
        _ => TalkPlan.Say,
    };

    public void Said(string line)
    {
        _said = line;
        _isInText = false;
    }

    public Heard Hear(string line)
    {
        if (_isInText) return HearText(line);
        if (!_isGreeted) Greet(line);
        var (isYes, isChallenge) = (TalkWords.IsVerb(line, "+OK"), line == "+" || line.StartsWith("+ ", StringComparison.Ordinal));
        if (isChallenge) return new Heard(HeardRole.Last, TalkNext.Answer); // RFC 5034 §4
        if (!isYes && !TalkWords.IsVerb(line, "-ERR")) return new Heard(HeardRole.Strange);
        var said = TalkWords.Of(_said);
        _isInText = isYes && BringsText(said);
        if (_isInText) return Begin(said[0]);
        _said = "";
        if (isYes && said is [var stls] && Is(stls, "STLS")) return new Heard(HeardRole.Last, TalkNext.Tls); // RFC 2595 §4
        return new Heard(HeardRole.Last, isYes && said is [var quit, ..] && Is(quit, "QUIT") ? TalkNext.Farewell : TalkNext.Command);
    }

    public void Forget()
    {
        _offers.Clear();
        _listed.Clear();
    }

    public IReadOnlyList<string> Complete(string typed)
    {
        if (TalkWords.IsVerb(typed, "AUTH") && typed.Length > 4) return TalkWords.Matching(typed, (Mechanisms.Count > 0 ? Mechanisms : SaslWords.Known).Select(name => "AUTH " + name));
        return TalkWords.Matching(typed, Verbs.Concat(OfferedVerbs.Where(row => _offers.Count == 0 || TalkWords.Parameters(_offers, row.Keyword) is not null).Select(row => row.Verb)));
    }

    private static bool Is(string word, string verb) => word.Equals(verb, StringComparison.OrdinalIgnoreCase);

    // RFC 1939 §5 and §7, RFC 2449 §5, RFC 6856 §3. AUTH without an argument is older than RFC 5034, and many servers answer it.
    private static bool BringsText(string[] said) => said switch
    {
        [var verb] => Is(verb, "LIST") || Is(verb, "UIDL") || Is(verb, "CAPA") || Is(verb, "AUTH") || Is(verb, "LANG"),
        [var verb, _, ..] => Is(verb, "RETR") || Is(verb, "TOP"),
        _ => false,
    };

    private void Greet(string line)
    {
        _isGreeted = true;
        Timestamp = ApopTimestamp.Find(line);
    }

    private Heard Begin(string verb)
    {
        if (Is(verb, "CAPA")) _offers.Clear();
        if (Is(verb, "AUTH")) _listed.Clear();
        return new Heard(HeardRole.More);
    }

    private Heard HearText(string line)
    {
        if (line == ".")
        {
            (_isInText, _said) = (false, "");
            return new Heard(HeardRole.LastTextEnd);
        }

        if (TalkWords.IsVerb(_said, "CAPA")) TalkWords.Keep(_offers, line);
        if (TalkWords.IsVerb(_said, "AUTH")) TalkWords.Keep(_listed, line.Trim());
        return new Heard(HeardRole.Text);
    }
}
