using System.Net;
using Merpati.Auth;
using Merpati.Storage;

namespace Merpati.Pop3.Tests;

/// <summary>AUTH on the wire (RFC 5034).</summary>
public sealed class AuthTests
{
    private const string Malformed = "-ERR That is not base64, or not what the mechanism expects.";
    private const string Unknown = "-ERR That mechanism is not offered here.";
    private const string NotPrintable = "-ERR Commands are made of printable ASCII characters.";
    private const string Syntax = "-ERR That is no name of a mechanism.";
    private const string Welcome = "+OK paul's maildrop has 6 messages (12576 octets)";

    private static readonly string Paul = OfficeSasl.Plain("paul", PostOffice.Secret);
    private static readonly string Wrong = OfficeSasl.Plain("paul", "wrong");

    [Fact]
    public Task TakesAnInitialResponse() => PlayAsync($"""
        C: AUTH PLAIN {Paul}
        S: {Welcome}
        C: STAT
        S: +OK 6 12576
        """);

    [Fact]
    public Task AsksForTheResponseWhenNoneCame() => PlayAsync($"""
        C: auth plain
        S: + 
        C: {Paul}
        S: {Welcome}
        """);

    [Fact]
    public Task SendsWhatBelongsToTheSuccessAsALastChallenge() => PlayAsync($"""
        C: AUTH STEPS Zmlyc3Q=
        S: + c2VydmVyLWZpcnN0
        C: {Paul}
        S: + dj1wcm9vZg==
        c: \r\n
        S: {Welcome}
        C: UIDL 1
        S: +OK 1 *
        """);

    [Theory]
    [InlineData("*", "-ERR Authentication cancelled.")]
    [InlineData("eA==", Malformed)]
    [InlineData("=", Malformed)]
    public Task GrantsNothingWhenTheLastChallengeIsNotAcknowledged(string line, string reply) => PlayAsync($"""
        C: AUTH STEPS Zmlyc3Q=
        S: + *
        C: {Paul}
        S: + dj1wcm9vZg==
        C: {line}
        S: {reply}
        C: STAT
        S: -ERR Log in first.
        C: AUTH PLAIN {Paul}
        S: {Welcome}
        """);

    [Fact]
    public Task ListsTheMechanismsWithoutAnArgument() => PlayAsync($"""
        C: AUTH
        S: +OK Mechanisms follow
        S: STEPS
        S: PLAIN
        S: .
        C: USER paul
        S: +OK
        C: auth 
        S: +OK Mechanisms follow
        S: STEPS
        S: PLAIN
        S: .
        C: PASS {PostOffice.Secret}
        S: {Welcome}
        C: AUTH
        S: -ERR You are already logged in.
        """);

    [Fact]
    public Task APasswordKeepsItsSpaces() => PlayAsync($"""
        C: AUTH PLAIN {OfficeSasl.Plain("alice", "a pass phrase")}
        S: -ERR [AUTH] Invalid login name or password.
        C: AUTH PLAIN {OfficeSasl.Plain("alice", "a pass  phrase ")}
        S: +OK alice's maildrop has 2 messages (320 octets)
        """);

    [Theory]
    [InlineData("AUTH PLAIN AA== BB==", "-ERR Too many arguments for the AUTH command.")]
    [InlineData("AUTH <script>", Syntax)]
    [InlineData("AUTH =", Syntax)]
    [InlineData("AUTH *", Syntax)]
    [InlineData("AUTH PLAIN,STEPS", Syntax)]
    [InlineData("AUTH ABCDEFGHIJKLMNOPQRSTU", Syntax)]
    [InlineData("AUTH KERBEROS_V4", Unknown)]
    [InlineData("AUTH KERBEROS_V4 AA==", Unknown)]
    [InlineData("AUTH APOP", Unknown)]
    [InlineData("AUTH LOGIN", Unknown)]
    [InlineData("AUTH PLAIN AA", Malformed)]
    [InlineData("AUTH PLAIN A===", Malformed)]
    [InlineData("AUTH PLAIN AGFs*WNl", Malformed)]
    [InlineData("AUTH PLAIN AGFs-WNl", Malformed)]
    [InlineData("AUTH PLAIN ==", Malformed)]
    [InlineData("AUTH PLAIN *", Malformed)]
    [InlineData("AUTH PLAIN eHh4", Malformed)]
    [InlineData("AUTH PLAIN =", Malformed)]
    [InlineData("AUTH STEPS =", Malformed)]
    [InlineData(@"AUTH PLAIN AGF\0", NotPrintable)]
    [InlineData(@"AUTH PL\xC4IN", NotPrintable)]
    [InlineData(@"AUTH\tPLAIN", NotPrintable)]
    public Task Refuses(string command, string reply) => PlayAsync($"""
        c: {command}\r\n
        S: {reply}
        C: AUTH PLAIN {Paul}
        S: {Welcome}
        """);

    [Theory]
    [InlineData(@"*\r\n", "-ERR Authentication cancelled.")]
    [InlineData(@"*\n", "-ERR Authentication cancelled.")]
    [InlineData(@"* \r\n", Malformed)]
    [InlineData(@"**\r\n", Malformed)]
    [InlineData(@"=\r\n", Malformed)]
    [InlineData(@" AHBhdWwAS3VrdXJ1MjM0MzI=\r\n", Malformed)]
    [InlineData(@"AHBh dWwAS3VrdXJ1MjM0MzI=\r\n", Malformed)]
    [InlineData(@"AHBhdWwAS3VrdXJ1MjM0MzI=\r\r\n", Malformed)]
    [InlineData(@"AHBhd\0WwAS3VrdXJ1MjM0MzI=\r\n", Malformed)]
    [InlineData(@"\xFF\xFE\r\n", Malformed)]
    [InlineData(@"QUIT\r\n", Malformed)]
    [InlineData(@"PASS Kukuru23432\r\n", Malformed)]
    [InlineData(@"\r\n", Malformed)]
    public Task EndsTheExchangeAtAWrongLine(string octets, string reply) => PlayAsync($"""
        C: AUTH PLAIN
        S: + 
        c: {octets}
        S: {reply}
        C: STAT
        S: -ERR Log in first.
        C: AUTH PLAIN {Paul}
        S: {Welcome}
        """);

    [Fact]
    public Task MayBeRepeatedAfterACancel() => PlayAsync($"""
        C: AUTH PLAIN
        S: + 
        C: *
        S: -ERR Authentication cancelled.
        C: AUTH STEPS
        S: + 
        C: Zmlyc3Q=
        S: + c2VydmVyLWZpcnN0
        C: *
        S: -ERR Authentication cancelled.
        C: AUTH PLAIN {Paul}
        S: {Welcome}
        """);

    [Fact]
    public Task IsNotDoneTwice() => PlayAsync($"""
        C: AUTH PLAIN {Paul}
        S: {Welcome}
        C: AUTH PLAIN {Paul}
        S: -ERR You are already logged in.
        C: AUTH
        S: -ERR You are already logged in.
        C: USER paul
        S: -ERR You are already logged in.
        C: STAT
        S: +OK 6 12576
        """);

    [Fact]
    public Task ForgetsWhomUserNamed() => PlayAsync($"""
        C: USER paul
        S: +OK
        C: AUTH STEPS =
        S: {Malformed}
        C: PASS {PostOffice.Secret}
        S: -ERR Give your name with USER first.
        """);

    [Fact]
    public Task TheThirdFailureEndsTheSession() => PlayAsync($"""
        C: AUTH PLAIN {Wrong}
        S: -ERR [AUTH] Invalid login name or password.
        C: USER paul
        S: +OK
        C: PASS wrong
        S: -ERR [AUTH] Invalid login name or password.
        C: AUTH PLAIN {OfficeSasl.Plain("nobody", "wrong")}
        S: -ERR [AUTH] Invalid login name or password.
        S: [closed]
        """);

    [Fact]
    public Task APipelinedExchangeIsReadLineByLine() => PlayAsync($"""
        C: AUTH PLAIN
        C: {Paul}
        C: STAT
        C: QUIT
        S: + 
        S: {Welcome}
        S: +OK 6 12576
        S: +OK mail.example.org POP3 server signing off (6 messages left)
        S: [closed]
        """);

    [Theory]
    [InlineData(LoginVerdict.Unavailable, "-ERR [SYS/TEMP] Logins cannot be checked now, try again later.")]
    [InlineData(LoginVerdict.Throttled, "-ERR [SYS/TEMP] Too many logins have failed, try again later.")]
    [InlineData(LoginVerdict.Refused, "-ERR [SYS/TEMP] Logins cannot be checked now, try again later.")] // the store fails
    public Task SaysWhenItCannotBeChecked(LoginVerdict verdict, string reply) => new Transcript($"""
        S: *
        C: AUTH PLAIN {Paul}
        S: {reply}
        C: USER paul
        S: +OK
        C: PASS {PostOffice.Secret}
        S: {reply}
        C: APOP alice c4c9334bac560ecc979e58001b3e22fb
        S: {reply}
        S: [closed]
        """).PlayEveryWayAsync(() =>
    {
        var office = OfficeSasl.NewOffice();
        office.HasApop = true;
        office.AuthenticatorUnavailable = verdict == LoginVerdict.Unavailable;
        office.LoginsThrottled = verdict == LoginVerdict.Throttled;
        office.OnLogin = verdict == LoginVerdict.Refused ? StoreFailure.Busy : null;
        return office.Service();
    });

    [Fact]
    public async Task ASecondSessionFindsTheMaildropInUse()
    {
        var office = OfficeSasl.NewOffice();
        await using var first = await office.LogInAsync();
        await new Transcript($"""
            S: *
            C: AUTH PLAIN {Paul}
            S: -ERR [IN-USE] Another session has this maildrop open.
            C: STAT
            S: -ERR Log in first.
            C: AUTH STEPS Zmlyc3Q=
            S: + *
            C: {Paul}
            S: + dj1wcm9vZg==
            c: \r\n
            S: -ERR [IN-USE] Another session has this maildrop open.
            """).PlayEveryWayAsync(office.Service);
        await first.SendAsync("STAT\r\n");
        Assert.Equal("+OK 6 12576", await first.NextAsync());
    }

    [Fact]
    public async Task TakesALineOfTheGreatestLengthAndNoLonger()
    {
        var office = OfficeSasl.NewOffice();
        await using var client = office.Connect();
        await client.NextAsync();
        var longest = Convert.ToBase64String(new byte[12288 / 4 * 3]);
        foreach (var (line, reply) in ((string, string)[])[(longest, Malformed), (longest + "A", "-ERR That line is too long for any mechanism."), (new string('A', 300_000), "-ERR That line is too long for any mechanism.")])
        {
            await client.SendAsync($"AUTH PLAIN\r\n{line}\r\nAUTH PLAIN {new string('A', 600)}\r\n");
            Assert.Equal("+ ", await client.NextAsync());
            Assert.Equal(reply, await client.NextAsync());

            // RFC 5034 §4: an initial response has no room beyond a command line's, and so goes in a line of its own.
            Assert.Equal("-ERR The command line is too long.", await client.NextAsync());
        }

        await client.SendAsync($"AUTH PLAIN {Paul}\r\n");
        Assert.Equal(Welcome, await client.NextAsync());
    }

    [Fact]
    public async Task EveryExchangeIsErasedHoweverItEnds()
    {
        var office = OfficeSasl.NewOffice();
        var sasl = (OfficeSasl)office.Sasl!;
        foreach (var said in (string[])["*\r\n", "eHh4\r\n", $"{Wrong}\r\n", $"{Paul}\r\n", $"{new string('A', 20_000)}\r\n", ""])
        {
            await using var client = office.Connect();
            await client.NextAsync();
            await client.SendAsync("AUTH PLAIN\r\n");
            Assert.Equal("+ ", await client.NextAsync());
            Assert.Equal(1, sasl.Open);
            await client.SendAsync(said);
            if (said.Length > 0) await client.NextAsync();
            await client.HangUpAsync();
            await client.EndAsync();
            Assert.Equal(0, sasl.Open);
        }

        foreach (var line in office.Log.Lines)
        {
            Assert.DoesNotContain(PostOffice.Secret, line, StringComparison.Ordinal);
            Assert.DoesNotContain(Paul, line, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task IsLoggedByItsMechanism()
    {
        var office = OfficeSasl.NewOffice();
        await using var client = office.Connect();
        await client.SendAsync($"AUTH PLAIN {Wrong}\r\nAUTH PLAIN {Paul}\r\nQUIT\r\n");
        await client.RestAsync();
        await client.EndAsync();
        Assert.Equal("pop3 login by PLAIN from 127.0.0.1 failed: BadLogin", Assert.Single(office.Log.Of(311)));
        Assert.StartsWith("pop3 session of paul@example.org by PLAIN from 127.0.0.1: ", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MechanismsLearnWhereTheClientIs()
    {
        var office = OfficeSasl.NewOffice();
        var sasl = (OfficeSasl)office.Sasl!;
        await using var client = office.Connect(IPAddress.Parse("192.0.2.7"));
        await client.SendAsync($"CAPA\r\nAUTH PLAIN {Paul}\r\nAUTH LOGIN\r\nAUTH STEPS\r\n*\r\nUSER paul\r\nPASS x\r\nQUIT\r\n");
        var said = System.Text.Encoding.ASCII.GetString(await client.RestAsync());
        Assert.Contains("\r\nSASL STEPS\r\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nUSER\r\n", said, StringComparison.Ordinal);
        Assert.EndsWith(
            "-ERR A secure connection is needed before a password is taken.\r\n" + Unknown + "\r\n+ \r\n-ERR Authentication cancelled.\r\n" +
            "-ERR A secure connection is needed before a password is taken.\r\n-ERR A secure connection is needed before a password is taken.\r\n" +
            "+OK mail.example.org POP3 server signing off\r\n", said, StringComparison.Ordinal);
        Assert.Equal("pop", sasl.LastContext!.Service);
        Assert.Equal("mail.example.org", sasl.LastContext.HostName);
        Assert.Equal(IPAddress.Parse("192.0.2.7"), sasl.LastContext.Address);
        Assert.Null(sasl.LastContext.Channel);
        Assert.Equal(0, office.PasswordChecks);
    }

    [Fact]
    public async Task ASilentExchangeTimesOutWithTheLogin()
    {
        var office = OfficeSasl.NewOffice();
        await using var client = office.Connect();
        await client.NextAsync();
        await client.SendAsync("AUTH PLAIN\r\n");
        Assert.Equal("+ ", await client.NextAsync());
        office.Time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(2));
        Assert.Equal("-ERR No login in time, closing the connection.", await client.NextAsync());
        Assert.Null(await client.NextAsync());
        await client.EndAsync();
        Assert.Contains("TimedOut", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStopOfTheServerEndsAnExchange()
    {
        var office = OfficeSasl.NewOffice();
        await using var client = office.Connect();
        await client.NextAsync();
        await client.SendAsync("AUTH PLAIN\r\n");
        Assert.Equal("+ ", await client.NextAsync());
        client.Connection.BeginDrain();
        Assert.Equal("-ERR [SYS/TEMP] The server is stopping, nothing was removed.", await client.NextAsync());
        Assert.Null(await client.NextAsync());
    }

    private static Task PlayAsync(string dialogue) =>
        new Transcript("S: +OK mail.example.org POP3 Merpati ready\n" + dialogue).PlayEveryWayAsync(() => OfficeSasl.NewOffice().Service());
}
