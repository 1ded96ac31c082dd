using System.Net;
using System.Text;
using Merpati.Smtp.Server;

namespace Merpati.Smtp.Tests;

/// <summary>VRFY and EXPN (RFC 5321 §3.5): who is told, and what.</summary>
public sealed class AddressBookTests
{
    private const string CannotVerify = "252 2.0.0 Cannot verify, but will take the message and try";
    private const string CannotExpand = "252 2.0.0 Cannot expand, but will take the message and try";
    private const string Alice = "250 2.1.5 Alice Liddell <alice@example.org>";

    private MemoryBook _book = new();

    [Theory]
    [InlineData("alice", "250 2.1.5 Alice Liddell <alice@example.org>")]
    [InlineData("<alice@example.org>", "250 2.1.5 Alice Liddell <alice@example.org>")]
    [InlineData("alice@example.org", "250 2.1.5 Alice Liddell <alice@example.org>")]
    [InlineData("Alice Liddell", "250 2.1.5 Alice Liddell <alice@example.org>")]
    [InlineData("\"Alice Liddell\"", "250 2.1.5 Alice Liddell <alice@example.org>")]
    [InlineData("bob", "250 2.1.5 \"Bob \\\"Bo\\\\b\\\" Smith, Jr.\" <bob@example.org>")]
    [InlineData("nameless", "250 2.1.5 <nameless@example.org>")]
    [InlineData("zoe", "250 2.1.5 <zoe@example.org>")]
    [InlineData("odd", "250 2.1.5 \"Bad 250 2.1.5 Liar x\" <odd@example.org>")]
    [InlineData("long", "250 2.1.5 <long@example.org>")]
    [InlineData("yuri", "252 2.6.8 The answer is UTF-8, ask with the SMTPUTF8 parameter")]
    [InlineData("moved", "551 5.1.6 User not local; please try <moved@elsewhere.example>")]
    [InlineData("forwarded", "251 2.1.5 User not local; will forward to <forwarded@elsewhere.example>")]
    [InlineData("far@elsewhere.example", CannotVerify)]
    [InlineData("nobody", "550 5.1.1 No such user here")]
    [InlineData("<script>", "550 5.1.1 No such user here")]
    [InlineData("busy", "451 4.3.0 The directory does not answer, try again later")]
    [InlineData("\"\"", "550 5.1.1 No such user here")]
    [InlineData("<>", "501 5.5.4 Syntax: VRFY name")]
    [InlineData("", "501 5.5.4 Syntax: VRFY name")]
    public Task Verifies(string name, string reply) => Open().PlayAsync($"C: VRFY {name}\nS: {reply}" + TestServer.Bye);

    [Fact]
    public Task ListsTheCandidatesOfAnAmbiguousName() => Open().PlayAsync(
        """
        C: VRFY smith
        S: 553-5.1.4 Ambiguous, it may be
        S: 553-5.1.4 "Bob \"Bo\\b\" Smith, Jr." <bob@example.org>
        S: 553 5.1.4 <zoe@example.org>
        """ + TestServer.Bye);

    [Fact]
    public Task ListsNoMoreThanTwentyCandidates() => Open().PlayAsync(
        "C: VRFY many\nS: 553-5.1.4 Ambiguous, it may be\n" +
        string.Concat(Enumerable.Repeat("S: 553-5.1.4 Alice Liddell <alice@example.org>\n", 20)) + "S: 553 5.1.4 and more" + TestServer.Bye);

    [Fact]
    public Task ShowsUtf8ToThoseWhoAskForIt() => Open().PlayAsync(Latin1(
        """
        C: VRFY zoe SMTPUTF8
        S: 250 2.1.5 Zoë Ürgüp <zoe@example.org>
        C: VRFY yuri smtputf8
        S: 250 2.1.5 <юрий@example.org>
        C: EXPN world SMTPUTF8
        S: 250-2.1.5 Alice Liddell <alice@example.org>
        S: 250 2.1.5 <юрий@example.org>
        C: VRFY SMTPUTF8
        S: 550 5.1.1 No such user here
        C: VRFY нет SMTPUTF8
        S: 550 5.1.1 No such user here
        C: VRFY нет
        S: 553 5.6.7 A name beyond ASCII needs the parameter SMTPUTF8
        C: EXPN нет
        S: 553 5.6.7 A name beyond ASCII needs the parameter SMTPUTF8
        """) + TestServer.Bye);

    [Theory]
    [InlineData(@"VRFY \xFF SMTPUTF8\r\n")]
    [InlineData(@"EXPN \xC0\xAF SMTPUTF8\r\n")]
    [InlineData(@"VRFY a\0b\r\n")]
    public Task RefusesWhatIsNoText(string octets) => Open().PlayAsync($"c: {octets}\nS: 500 5.5.2 *" + TestServer.Bye);

    [Fact]
    public async Task FitsTheLongestNameIntoALine()
    {
        await using var client = Open().Connect();
        await client.SendAsync("VRFY long SMTPUTF8\r\n");
        await client.ReadLineAsync();
        var line = await client.ReadLineAsync();
        Assert.InRange(line!.Length, 100, 510);
        Assert.EndsWith("ю <long@example.org>", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(line)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty", "250 2.1.5 This group has no members")]
    [InlineData("secret", "550 5.7.2 This group does not show its members")]
    [InlineData("alice", "550 5.2.4 Not a group")]
    [InlineData("nobody", "550 5.1.1 No such user here")]
    [InlineData("far@elsewhere.example", CannotExpand)]
    [InlineData("world", "550 5.6.8 The answer is UTF-8, ask with the SMTPUTF8 parameter")]
    [InlineData("busy", "451 4.3.0 The directory does not answer, try again later")]
    [InlineData("", "501 5.5.4 Syntax: EXPN group")]
    public Task Expands(string name, string reply) => Open().PlayAsync($"C: EXPN {name}\nS: {reply}" + TestServer.Bye);

    [Fact]
    public Task ListsTheMembersOfAGroup() => Open().PlayAsync(
        """
        C: EXPN staff
        S: 250-2.1.5 Alice Liddell <alice@example.org>
        S: 250 2.1.5 <zoe@example.org>
        """ + TestServer.Bye);

    [Fact]
    public Task SaysWhenAListIsCut() => Open(limit: 3).PlayAsync(
        """
        C: EXPN crowd
        S: 250-2.1.5 Alice Liddell <alice@example.org>
        S: 250-2.1.5 Alice Liddell <alice@example.org>
        S: 250-2.1.5 Alice Liddell <alice@example.org>
        S: 250 2.1.5 and more: only 3 are listed
        """ + TestServer.Bye);

    // Strangers are told the same for every name, whether it exists or not, and nothing is looked up.
    [Theory]
    [InlineData(SmtpAudience.Everyone, "192.0.2.1", false, true)]
    [InlineData(SmtpAudience.Everyone, "10.1.2.3", false, true)]
    [InlineData(SmtpAudience.Everyone, "192.0.2.1", true, true)]
    [InlineData(SmtpAudience.Trusted, "192.0.2.1", false, false)]
    [InlineData(SmtpAudience.Trusted, "10.1.2.3", false, true)]
    [InlineData(SmtpAudience.Trusted, "192.0.2.1", true, true)]
    [InlineData(SmtpAudience.Authenticated, "192.0.2.1", false, false)]
    [InlineData(SmtpAudience.Authenticated, "10.1.2.3", false, false)]
    [InlineData(SmtpAudience.Authenticated, "192.0.2.1", true, true)]
    [InlineData(SmtpAudience.Nobody, "192.0.2.1", false, false)]
    [InlineData(SmtpAudience.Nobody, "10.1.2.3", false, false)]
    [InlineData(SmtpAudience.Nobody, "10.1.2.3", true, false)]
    public async Task TellsThoseWhoMayKnow(SmtpAudience audience, string remote, bool authenticates, bool told)
    {
        var options = new SmtpServiceOptions { HostName = "mx.example.org", Vrfy = audience, Expn = audience, TrustedNetworks = [IPNetwork.Parse("10.0.0.0/8")] };
        var server = new TestServer { Options = options, NewPartners = With };
        await using var client = new Merpati.Transcripts.MemoryClient(server.NewService(), remote: IPAddress.Parse(remote));
        if (authenticates)
        {
            await client.SendAsync("EHLO x\r\nAUTH STEPS ZmluYWw=\r\n\r\n");
            while (await client.ReadLineAsync() is { } line && !line.StartsWith("235", StringComparison.Ordinal)) Assert.NotEqual('5', line[0]);
            Assert.Equal(told, (await AuthTests.EhloAsync(client)).Contains("EXPN"));
        }
        else
        {
            Assert.Equal(told, (await AuthTests.EhloAsync(client)).Contains("EXPN"));
        }

        await client.SendAsync("VRFY alice\r\nVRFY nobody\r\nEXPN empty\r\nEXPN nobody\r\n");
        Assert.Equal(told ? Alice : CannotVerify, await client.ReadLineAsync());
        Assert.Equal(told ? "550 5.1.1 No such user here" : CannotVerify, await client.ReadLineAsync());
        Assert.Equal(told ? "250 2.1.5 This group has no members" : CannotExpand, await client.ReadLineAsync());
        Assert.Equal(told ? "550 5.1.1 No such user here" : CannotExpand, await client.ReadLineAsync());
        Assert.Equal(told ? 4 : 0, _book.Asked.Count);
    }

    [Fact]
    public Task ChangesNothingInATransaction() => Open().PlayAsync(
        """
        C: MAIL FROM:<a@b.example>
        C: VRFY alice
        C: EXPN empty
        C: HELP NOOP
        C: NOOP
        C: RCPT TO:<alice@example.org>
        C: VRFY nobody
        C: EXPN
        C: NOOP
        C: DATA
        S: 250 2.1.0 Sender ok
        S: 250 2.1.5 Alice Liddell <alice@example.org>
        S: 250 2.1.5 This group has no members
        S: 214-2.0.0 NOOP
        S: 214 2.0.0 Does nothing.
        S: 250 2.0.0 Ok
        S: 250 2.1.5 Recipient ok
        S: 550 5.1.1 No such user here
        S: 501 5.5.4 Syntax: EXPN group
        S: 250 2.0.0 Ok
        S: 354 *
        C: text
        C: .
        S: 250 2.0.0 Ok: queued as *
        """ + TestServer.Bye, intake => Assert.Single(intake.Messages));

    [Fact]
    public Task IsNotThereWithoutABook() => new TestServer { Options = new SmtpServiceOptions { HostName = "mx.example.org", Vrfy = SmtpAudience.Everyone } }.PlayAsync(
        $"""
        C: VRFY alice
        S: {CannotVerify}
        C: EXPN staff
        S: 502 5.5.1 Command not implemented
        """ + TestServer.Bye);

    private static string Latin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private BookServer Open(int limit = 1000) => new(new TestServer
    {
        Options = new SmtpServiceOptions { HostName = "mx.example.org", Vrfy = SmtpAudience.Everyone, Expn = SmtpAudience.Everyone, MaxListed = limit },
        NewPartners = With,
    });

    private SmtpPartners With(SmtpPartners partners)
    {
        _book = new MemoryBook();
        return partners with { AddressBook = _book, Sasl = new MemorySasl() };
    }

    // Most dialogues need no greeting.
    private readonly record struct BookServer(TestServer Server)
    {
        public Task PlayAsync(string dialogue, Action<MemoryIntake>? after = null) =>
            Server.PlayFromBannerAsync("S: 220 mx.example.org ESMTP Merpati\nC: HELO x\nS: 250 mx.example.org\n" + dialogue, after);

        public Merpati.Transcripts.MemoryClient Connect() => Server.Connect();
    }
}
