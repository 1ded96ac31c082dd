using Merpati.Host.Cli.Talking;

namespace Merpati.Host.Tests.Talking;

/// <summary>What a line starts, how its reply is read, and what a word may become.</summary>
public sealed class ProtocolTests
{
    private readonly SmtpTalk _smtp = new();
    private readonly Pop3Talk _pop3 = new();
    private readonly ProginTalk _progin = new();

    [Fact]
    public void SmtpRepliesEndWhereNoHyphenFollowsTheCode()
    {
        _smtp.Said("NOOP");
        Assert.Equal(HeardRole.More, _smtp.Hear("250-one").Role);
        Assert.Equal(HeardRole.Strange, _smtp.Hear("hello").Role);
        Assert.Equal(HeardRole.Strange, _smtp.Hear("2500 x").Role);
        Assert.Equal(HeardRole.Strange, _smtp.Hear("150 MESSAGE 0F2K9QX4TM001 312 <>").Role);
        Assert.Equal(HeardRole.Last, _smtp.Hear("250").Role);
    }

    [Theory]
    [InlineData("DATA", "354 go", nameof(TalkNext.Text))]
    [InlineData("AUTH X", "334 ", nameof(TalkNext.Answer))]
    [InlineData("starttls", "220 go", nameof(TalkNext.Tls))]
    [InlineData("STARTTLS", "454 no", nameof(TalkNext.Command))]
    [InlineData("NOOP", "220 go", nameof(TalkNext.Command))]
    [InlineData(" quit ", "221 bye", nameof(TalkNext.Farewell))]
    [InlineData("QUIT", "500 no", nameof(TalkNext.Command))]
    public void SmtpRepliesAskForWhatComesNext(string said, string reply, string next)
    {
        _smtp.Said(said);
        Assert.Equal(next, _smtp.Hear(reply).Next.ToString());
    }

    [Theory]
    [InlineData("LIST", true)]
    [InlineData("list 1", false)]
    [InlineData("UIDL", true)]
    [InlineData("UIDL 1", false)]
    [InlineData("RETR 1", true)]
    [InlineData("TOP 1 0", true)]
    [InlineData("CAPA", true)]
    [InlineData("AUTH", true)]
    [InlineData("LANG", true)]
    [InlineData("LANG en", false)]
    [InlineData("STAT", false)]
    public void Pop3RepliesHaveATextWhereTheCommandBringsOne(string said, bool hasText)
    {
        Greet();
        _pop3.Said(said);
        Assert.Equal(hasText ? HeardRole.More : HeardRole.Last, _pop3.Hear("+OK").Role);
        if (!hasText) return;
        Assert.Equal(HeardRole.Text, _pop3.Hear("-ERR is text here").Role);
        Assert.Equal(HeardRole.Text, _pop3.Hear("..").Role);
        Assert.Equal(HeardRole.LastTextEnd, _pop3.Hear(".").Role);
        _pop3.Said(said);
        Assert.Equal(HeardRole.Last, _pop3.Hear("-ERR no").Role);
    }

    [Fact]
    public void Pop3StartsTlsAndLeavesOnlyOnAYes()
    {
        Greet();
        _pop3.Said("STLS");
        Assert.Equal(TalkNext.Command, _pop3.Hear("-ERR no").Next);
        _pop3.Said("stls");
        Assert.Equal(TalkNext.Tls, _pop3.Hear("+OK go").Next);
        _pop3.Said("AUTH PLAIN");
        Assert.Equal(TalkNext.Answer, _pop3.Hear("+ ").Next);
        _pop3.Said("QUIT");
        Assert.Equal(TalkNext.Farewell, _pop3.Hear("+OK").Next);
    }

    [Fact]
    public void AProginListingHasAsManyTextsAsItsFirstLineSays()
    {
        _progin.Said("LIST");
        var roles = new[] { "2", "MAIL 1", "To: a", "MAIL 7", "..", ".", "MAIL 2", "3", "." }.Select(line => _progin.Hear(line).Role);
        Assert.Equal([HeardRole.More, HeardRole.More, HeardRole.Text, HeardRole.Text, HeardRole.Text, HeardRole.TextEnd, HeardRole.More, HeardRole.Text, HeardRole.LastTextEnd], roles);
        _progin.Said("LIST");
        Assert.Equal(HeardRole.Last, _progin.Hear("0").Role);
        _progin.Said("LIST");
        Assert.Equal(HeardRole.Last, _progin.Hear("ERR Say FTCH first.").Role);
        _progin.Said("QUIT");
        Assert.Equal(TalkNext.Farewell, _progin.Hear("BYE").Next);
    }

    [Theory]
    [InlineData("AUTH", nameof(TalkDeed.LogIn), null, null)]
    [InlineData("auth plain", nameof(TalkDeed.LogIn), "PLAIN", null)]
    [InlineData("AUTH scram-sha-256 alice", nameof(TalkDeed.LogIn), "SCRAM-SHA-256", "alice")]
    [InlineData("AUTH alice@example.org", nameof(TalkDeed.LogIn), null, "alice@example.org")]
    [InlineData("AUTH PLAIN AGFsaWNlAHNlY3JldA==", nameof(TalkDeed.Say), null, null)]
    [InlineData("AUTH SCRAM-SHA-256 biwsbj1hLHI9eA==", nameof(TalkDeed.Say), null, null)]
    [InlineData("AUTH PLAIN =", nameof(TalkDeed.Say), null, null)]
    [InlineData("AUTH XOAUTH2", nameof(TalkDeed.Say), null, null)]
    [InlineData("BDAT", nameof(TalkDeed.Chunk), null, null)]
    [InlineData("bdat last", nameof(TalkDeed.Chunk), null, null)]
    [InlineData("BDAT 5 LAST", nameof(TalkDeed.Say), null, null)]
    [InlineData("DATA", nameof(TalkDeed.Say), null, null)]
    public void SmtpPlans(string line, string deed, string? mechanism, string? user) => AssertPlan(_smtp, line, deed, mechanism, user);

    [Theory]
    [InlineData("AUTH", nameof(TalkDeed.Say), null, null)]
    [InlineData("AUTH LOGIN bob", nameof(TalkDeed.LogIn), "LOGIN", "bob")]
    [InlineData("APOP bob", nameof(TalkDeed.LogInByDigest), null, "bob")]
    [InlineData("APOP bob c4c9334bac560ecc979e58001b3e22fb", nameof(TalkDeed.Say), null, null)]
    [InlineData("pass", nameof(TalkDeed.AddPassword), null, null)]
    [InlineData("PASS x", nameof(TalkDeed.Say), null, null)]
    public void Pop3Plans(string line, string deed, string? mechanism, string? user) => AssertPlan(_pop3, line, deed, mechanism, user);

    [Theory]
    [InlineData("SNDR user1", nameof(TalkDeed.AddPassword))]
    [InlineData("LGIN user1 password", nameof(TalkDeed.Say))]
    [InlineData("data", nameof(TalkDeed.SayAndWrite))]
    [InlineData("DATA now", nameof(TalkDeed.SayAndWrite))]
    [InlineData("MAIL", nameof(TalkDeed.Say))]
    public void ProginPlans(string line, string deed) => AssertPlan(_progin, line, deed, null, null);

    [Fact]
    public void SmtpCompletesVerbsAndWhatEhloHasOffered()
    {
        Assert.Equal(["MAIL FROM:<"], _smtp.Complete("ma"));
        Assert.Equal(["RCPT TO:<", "RSET"], _smtp.Complete("r"));
        Assert.Equal(["STARTTLS"], _smtp.Complete("sta"));
        Assert.Contains("AUTH PLAIN", _smtp.Complete("auth "));
        Offer("250-here", "250-DSN", "250-SIZE 100", "250-CHUNKING", "250 AUTH PLAIN X-NEW");
        Assert.Empty(_smtp.Complete("sta"));
        Assert.Equal(["BDAT"], _smtp.Complete("b"));
        Assert.Equal(["AUTH PLAIN", "AUTH X-NEW"], _smtp.Complete("AUTH "));
        Assert.Equal(["MAIL FROM:<a@b.c> SIZE="], _smtp.Complete("MAIL FROM:<a@b.c> s"));
        Assert.Equal(["RCPT TO:<a> NOTIFY=NEVER"], _smtp.Complete("RCPT TO:<a> notify=n"));
        Assert.Empty(_smtp.Complete("MAIL FROM:<a@b.c> body"));

        _smtp.Forget();
        Assert.Empty(_smtp.Mechanisms);
        Assert.Equal(["STARTTLS"], _smtp.Complete("sta"));
    }

    [Fact]
    public void OffersAreBounded()
    {
        Offer(["250-here", .. Enumerable.Range(0, 5000).Select(i => $"250-X{i} {new string('x', 5000)}"), "250 AUTH PLAIN"]);
        Assert.Empty(_smtp.Mechanisms);
    }

    [Fact]
    public void Pop3CompletesVerbsAndWhatCapaHasOffered()
    {
        Greet();
        Assert.Contains("STLS", _pop3.Complete("st"));
        _pop3.Said("CAPA");
        foreach (var line in new[] { "+OK", "USER", "SASL PLAIN CRAM-MD5", "." }) _pop3.Hear(line);
        Assert.Equal(["STAT"], _pop3.Complete("st"));
        Assert.Equal(["AUTH CRAM-MD5", "AUTH PLAIN"], _pop3.Complete("auth "));
        Assert.Equal(["PLAIN", "CRAM-MD5"], _pop3.Mechanisms);
        _pop3.Forget();
        Assert.Empty(_pop3.Mechanisms);
        _pop3.Said("AUTH");
        foreach (var line in new[] { "+OK", "LOGIN", "." }) _pop3.Hear(line);
        Assert.Equal(["LOGIN"], _pop3.Mechanisms);
    }

    [Fact]
    public void OnlyAProperTimestampIsOne()
    {
        _pop3.Hear("+OK ready <1896.697170952@dbc.mtview.ca.us>");
        Assert.Equal("<1896.697170952@dbc.mtview.ca.us>", _pop3.Timestamp);
        var other = new Pop3Talk();
        other.Hear("+OK <no timestamp>");
        Assert.Null(other.Timestamp);
    }

    private static void AssertPlan(ITalkProtocol protocol, string line, string deed, string? mechanism, string? user)
    {
        var plan = protocol.Plan(line);
        Assert.Equal((deed, mechanism, user), (plan.Deed.ToString(), plan.Mechanism, plan.User));
    }

    private void Greet() => _pop3.Hear("+OK ready");

    private void Offer(params string[] lines)
    {
        _smtp.Said("EHLO me");
        foreach (var line in lines) _smtp.Hear(line);
    }
}
