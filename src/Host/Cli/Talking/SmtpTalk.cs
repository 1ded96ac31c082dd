namespace Merpati.Host.Cli.Talking;

/// <summary>SMTP (RFC 5321) at a console.</summary>
internal sealed class SmtpTalk : ITalkProtocol
{
    private static readonly string[] Verbs = ["DATA", "EHLO ", "EXPN ", "HELO ", "HELP", "MAIL FROM:<", "NOOP", "QUIT", "RCPT TO:<", "RSET", "SAML FROM:<", "SEND FROM:<", "SOML FROM:<", "TURN", "VRFY "];

    // Those that a server must offer, and under which keyword.
    private static readonly (string Verb, string Keyword)[] OfferedVerbs =
        [("ATRN", "ATRN"), ("AUTH ", "AUTH"), ("BDAT", "CHUNKING"), ("ETRN ", "ETRN"), ("STARTTLS", "STARTTLS"), ("XTERMINAL", "XTERMINAL")];

    private static readonly (string Parameter, string Keyword)[] MailParameters =
        [("SIZE=", "SIZE"), ("BODY=8BITMIME", "8BITMIME"), ("BODY=BINARYMIME", "BINARYMIME"), ("SMTPUTF8", "SMTPUTF8"), ("RET=FULL", "DSN"), ("RET=HDRS", "DSN"), ("ENVID=", "DSN"), ("AUTH=", "AUTH"), ("BY=", "DELIVERBY"), ("REQUIRETLS", "REQUIRETLS"), ("MT-PRIORITY=", "MT-PRIORITY"), ("HOLDFOR=", "FUTURERELEASE")];

    private static readonly (string Parameter, string Keyword)[] RcptParameters =
        [("NOTIFY=NEVER", "DSN"), ("NOTIFY=SUCCESS", "DSN"), ("NOTIFY=FAILURE", "DSN"), ("NOTIFY=DELAY", "DSN"), ("ORCPT=rfc822;", "DSN")];

    private readonly List<string> _offers = [];
    private string _said = "";
    private bool _isFirst = true;

    public string Name => "smtp";

    public string SaslService => "smtp";

    public int MaxAuthCommand => 512; // RFC 4954 §4

    public bool HasGreeting => true;

    public IReadOnlyList<string> Mechanisms => TalkWords.Parameters(_offers, "AUTH") ?? [];

    public string? Timestamp => null;

    public TalkPlan Plan(string line)
    {
        var words = TalkWords.Of(line);
        if (TalkWords.IsVerb(line, "AUTH")) return SaslWords.Plan(words[1..]);
        // RFC 3030 §2: who gives no length has it counted.
        return words is [var verb, ..] && verb.Equals("BDAT", StringComparison.OrdinalIgnoreCase) && (words.Length == 1 || (words.Length == 2 && IsLast(words[1])))
            ? new TalkPlan(TalkDeed.Chunk)
            : TalkPlan.Say;
    }

    public void Said(string line)
    {
        _said = line;
        _isFirst = true;
    }

    public Heard Hear(string line)
    {
        if (!IsReply(line)) return new Heard(HeardRole.Strange);
        KeepOffer(line);
        if (line.Length > 3 && line[3] == '-') return new Heard(HeardRole.More);
        var next = line[..3] switch
        {
            "334" => TalkNext.Answer, // RFC 4954 §4
            "354" => TalkNext.Text, // RFC 5321 §4.1.1.4
            "220" when TalkWords.IsVerb(_said, "STARTTLS") => TalkNext.Tls, // RFC 3207 §4
            ['2', ..] when TalkWords.IsVerb(_said, "QUIT") => TalkNext.Farewell,
            _ => TalkNext.Command,
        };
        if (next is TalkNext.Command or TalkNext.Tls) _said = "";
        return new Heard(HeardRole.Last, next);
    }

    public void Forget() => _offers.Clear();

    public IReadOnlyList<string> Complete(string typed)
    {
        if (TalkWords.IsVerb(typed, "AUTH") && typed.Length > 4) return TalkWords.Matching(typed, (Mechanisms.Count > 0 ? Mechanisms : SaslWords.Known).Select(name => "AUTH " + name));
        if (TalkWords.IsVerb(typed, "BDAT") && typed.Length > 4) return TalkWords.Matching(typed, ["BDAT LAST"]);
        if (Parameters(typed) is { } parameters) return parameters;
        return TalkWords.Matching(typed, Verbs.Concat(OfferedVerbs.Where(row => _offers.Count == 0 || Offers(row.Keyword)).Select(row => row.Verb)));
    }

    private static bool IsLast(string word) => word.Equals("LAST", StringComparison.OrdinalIgnoreCase);

    // RFC 5321 §4.2.1 has no codes that begin with 1; docs/terminal.md has, for what comes unasked.
    private static bool IsReply(string line) =>
        line.Length >= 3 && line[0] is >= '2' and <= '5' && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2]) && (line.Length == 3 || line[3] is ' ' or '-');

    private bool Offers(string keyword) => TalkWords.Parameters(_offers, keyword) is not null;

    // RFC 5321 §4.1.1.1: the first line greets, the others offer.
    private void KeepOffer(string line)
    {
        if (!TalkWords.IsVerb(_said, "EHLO") && !TalkWords.IsVerb(_said, "LHLO")) return;
        if (_isFirst) _offers.Clear();
        else if (line[0] == '2' && line.Length > 4) TalkWords.Keep(_offers, line[4..]);
        _isFirst = false;
    }

    private IReadOnlyList<string>? Parameters(string typed)
    {
        var isMail = TalkWords.IsVerb(typed, "MAIL") || TalkWords.IsVerb(typed, "SEND") || TalkWords.IsVerb(typed, "SOML") || TalkWords.IsVerb(typed, "SAML");
        if (!isMail && !TalkWords.IsVerb(typed, "RCPT")) return null;
        var end = typed.LastIndexOf('>');
        var word = typed.LastIndexOf(' ') + 1;
        if (end < 0 || word <= end) return null;
        return TalkWords.Matching(typed, (isMail ? MailParameters : RcptParameters).Where(row => Offers(row.Keyword)).Select(row => typed[..word] + row.Parameter));
    }
}
