using Merpati.Auth;
using Merpati.Smtp.Server;
using Merpati.Transcripts;

namespace Merpati.Smtp.Tests;

/// <summary>AUTH on the wire (RFC 4954), over mechanisms in memory.</summary>
public sealed class AuthTests
{
    private const string Hello = "S: 220 mx.example.org ESMTP Merpati\nC: HELO client.example\nS: 250 mx.example.org\n";
    private const string AlicePlain = "AGFsaWNlAHNlY3JldA==";
    private const string WrongPlain = "AGFsaWNlAHdyb25n";

    private MemorySasl _sasl = new();

    [Fact]
    public Task TakesAnInitialResponse() => PlayAsync(
        $"""
        C: AUTH PLAIN {AlicePlain}
        S: 235 2.7.0 Authenticated
        """);

    [Fact]
    public Task AsksForTheResponseWhenNoneCame() => PlayAsync(
        $"""
        C: auth plain
        S: 334 
        C: {AlicePlain}
        S: 235 2.7.0 Authenticated
        """);

    [Fact]
    public Task GoesThroughSeveralSteps() => PlayAsync(
        """
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: YWxpY2U=
        S: 334 UGFzc3dvcmQ6
        C: c2VjcmV0
        S: 235 2.7.0 Authenticated
        """);

    [Fact]
    public Task TellsAnEmptyInitialResponseFromNone() => PlayAsync(
        """
        C: AUTH LOGIN =
        S: 334 VXNlcm5hbWU6
        C: YWxpY2U=
        S: 334 UGFzc3dvcmQ6
        C: c2VjcmV0
        S: 235 2.7.0 Authenticated
        """);

    [Fact]
    public Task SendsWhatBelongsToTheSuccessAsALastChallenge() => PlayAsync(
        """
        C: AUTH STEPS Zmlyc3Q=
        S: 334 c2VydmVyLWZpcnN0
        C: ZmluYWw=
        S: 334 dj1wcm9vZg==
        c: \r\n
        S: 235 2.7.0 Authenticated
        C: AUTH STEPS Zmlyc3Q=
        S: 503 5.5.1 Already authenticated
        """);

    [Theory]
    [InlineData("*", "501 5.7.0 Authentication cancelled")]
    [InlineData("eA==", "501 5.5.2 Not base64, or not what the mechanism expects")]
    public Task GrantsNothingWhenTheLastChallengeIsNotAcknowledged(string line, string reply) => PlayAsync(
        $"""
        C: AUTH STEPS Zmlyc3Q=
        S: 334 *
        C: ZmluYWw=
        S: 334 dj1wcm9vZg==
        C: {line}
        S: {reply}
        C: AUTH PLAIN {AlicePlain}
        S: 235 2.7.0 Authenticated
        """);

    [Theory]
    [InlineData("AUTH", "501 5.5.4 Syntax: AUTH mechanism [initial-response]")]
    [InlineData("AUTH PLAIN AA== BB==", "501 5.5.4 Syntax: AUTH mechanism [initial-response]")]
    [InlineData("AUTH <script>", "501 5.5.4 Syntax: AUTH mechanism [initial-response]")]
    [InlineData("AUTH ABCDEFGHIJKLMNOPQRSTU", "501 5.5.4 Syntax: AUTH mechanism [initial-response]")]
    [InlineData("AUTH KERBEROS_V4", "504 5.5.4 Mechanism not offered")]
    [InlineData("AUTH KERBEROS_V4 AA==", "504 5.5.4 Mechanism not offered")]
    [InlineData("AUTH PLAIN AA", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData("AUTH PLAIN A===", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData("AUTH PLAIN AGFs*WNl", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData("AUTH PLAIN ==", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData("AUTH PLAIN eHh4", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData("AUTH PLAIN =", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData("AUTH PLAIN " + WrongPlain, "535 5.7.8 Authentication failed")]
    [InlineData("AUTH PLAIN AGJ1c3kAeA==", "454 4.7.0 Authentication is not possible now, try again later")]
    [InlineData("AUTH PLAIN AGJyb2tlbgB4", "454 4.7.0 Authentication is not possible now, try again later")]
    [InlineData("AUTH PLAIN AGZsb29kAHg=", "454 4.7.0 Too many failed logins, try again later")]
    public Task Refuses(string command, string reply) => PlayAsync(
        $"""
        C: {command}
        S: {reply}
        C: AUTH PLAIN {AlicePlain}
        S: 235 2.7.0 Authenticated
        """);

    [Theory]
    [InlineData(@"*\r\n", "501 5.7.0 Authentication cancelled")]
    [InlineData(@"* \r\n", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData(@"=\r\n", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData(@" AGFsaWNlAHNlY3JldA==\r\n", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData(@"AGFs aWNlAHNlY3JldA==\r\n", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData(@"AGFsaWNl\0AHNlY3JldA==\r\n", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData(@"\xFF\xFE\r\n", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData(@"QUIT\r\n", "501 5.5.2 Not base64, or not what the mechanism expects")]
    [InlineData(@"\r\n", "501 5.5.2 Not base64, or not what the mechanism expects")]
    public Task EndsTheExchangeAtAWrongLine(string octets, string reply) => PlayAsync(
        $"""
        C: AUTH PLAIN
        S: 334 
        c: {octets}
        S: {reply}
        C: NOOP
        S: 250 2.0.0 Ok
        """);

    [Fact]
    public Task WantsAGreetingFirst() => new TestServer { NewPartners = WithSasl }.PlayFromBannerAsync(
        $"""
        S: 220 mx.example.org ESMTP Merpati
        C: AUTH PLAIN {AlicePlain}
        S: 503 5.5.1 Send HELO or EHLO first
        """ + TestServer.Bye);

    [Fact]
    public Task IsNotPartOfATransactionAndLeavesItAlone() => PlayAsync(
        $"""
        C: MAIL FROM:<a@b.example>
        S: 250 2.1.0 Sender ok
        C: AUTH PLAIN {AlicePlain}
        S: 503 5.5.1 Not inside a transaction, finish it or send RSET
        C: RCPT TO:<alice@example.org>
        S: 250 2.1.5 Recipient ok
        """);

    [Fact]
    public Task IsNotDoneTwice() => PlayAsync(
        $"""
        C: AUTH PLAIN {AlicePlain}
        S: 235 2.7.0 Authenticated
        C: AUTH PLAIN {AlicePlain}
        S: 503 5.5.1 Already authenticated
        C: RSET
        S: 250 2.0.0 Ok
        C: HELO again.example
        S: 250 mx.example.org
        C: AUTH PLAIN {AlicePlain}
        S: 503 5.5.1 Already authenticated
        """);

    [Fact]
    public Task EndsTheSessionAtTheLastFailure() => PlayAsync(
        $"""
        C: AUTH PLAIN {WrongPlain}
        S: 535 5.7.8 Authentication failed
        C: AUTH PLAIN AGZsb29kAHg=
        S: 454 4.7.0 Too many failed logins, try again later
        C: AUTH STEPS eA==
        S: 421 4.7.0 Too many failed logins
        S: [closed]
        """, ending: "");

    [Fact]
    public Task SaysThatAMechanismNeedsTls() => PlayAsync(
        $"""
        C: AUTH PLAIN {AlicePlain}
        S: 538 5.7.11 Encryption required for this mechanism
        C: AUTH LOGIN
        S: 538 5.7.11 Encryption required for this mechanism
        C: AUTH KERBEROS_V4
        S: 504 5.5.4 Mechanism not offered
        C: EHLO client.example
        S: 250-*
        S: 250-*
        S: 250-*
        S: 250-*
        S: 250-*
        S: 250-*
        S: 250-*
        S: 250-*
        S: 250-*
        S: 250-*
        S: 250-*
        S: 250-HELP
        S: 250 AUTH STEPS
        """, new SmtpServiceOptions { HostName = "mx.example.org", RequireTls = TlsRequirement.Always });

    [Fact]
    public async Task ListsTheMechanismsUntilOneHasSucceeded()
    {
        await using var client = new TestServer { NewPartners = WithSasl }.Connect();
        Assert.Equal("AUTH STEPS PLAIN LOGIN", (await EhloAsync(client))[^1]);
        await client.SendAsync($"AUTH PLAIN {AlicePlain}\r\n");
        Assert.Equal("235 2.7.0 Authenticated", await client.ReadLineAsync());
        Assert.DoesNotContain(await EhloAsync(client), line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TakesALineOfTheGreatestLengthAndNoLonger()
    {
        await using var client = new TestServer { NewPartners = WithSasl }.Connect();
        await EhloAsync(client);
        var longest = Convert.ToBase64String(new byte[12288 / 4 * 3]);
        Assert.Equal(12288, longest.Length);
        await client.SendAsync($"AUTH PLAIN\r\n{longest}\r\nAUTH PLAIN\r\n{longest}A\r\nNOOP {new string('x', 3000)}\r\nNOOP\r\n");
        Assert.Equal("334 ", await client.ReadLineAsync());
        Assert.Equal("501 5.5.2 Not base64, or not what the mechanism expects", await client.ReadLineAsync());
        Assert.Equal("334 ", await client.ReadLineAsync());
        Assert.Equal("500 5.5.6 Authentication line too long", await client.ReadLineAsync());
        Assert.Equal("500 5.5.2 Line too long", await client.ReadLineAsync());
        Assert.Equal("250 2.0.0 Ok", await client.ReadLineAsync());
    }

    [Fact]
    public async Task TellsTheMechanismsWhatItKnows()
    {
        await using (var client = new TestServer { NewPartners = WithSasl }.Connect())
        {
            await client.SendAsync("HELO x\r\nAUTH PLAIN\r\n");
            await client.HangUpAsync();
        }

        Assert.Equal(("smtp", "mx.example.org", "127.0.0.1", true), (_sasl.LastContext!.Service, _sasl.LastContext.HostName, $"{_sasl.LastContext.Address}", _sasl.LastContext.TakesPlainPasswords));
        Assert.Null(_sasl.LastContext.Channel);
        Assert.Equal(0, _sasl.Open);
    }

    [Fact]
    public async Task EndsAnExchangeWhenTheClientIsSlow()
    {
        var time = new FakeTime();
        await using var client = new TestServer { NewPartners = WithSasl, Time = time }.Connect();
        await client.SendAsync("HELO x\r\nAUTH PLAIN\r\n");
        for (var i = 0; i < 3; i++) await client.ReadLineAsync();
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("421 4.4.2 Timed out waiting for you", await client.ReadLineAsync());
        await client.Served;
        Assert.Equal(0, _sasl.Open);
    }

    [Fact]
    public async Task EndsAnExchangeWhenTheServerStops()
    {
        await using var client = new TestServer { NewPartners = WithSasl }.Connect();
        await client.SendAsync("HELO x\r\nAUTH PLAIN\r\n");
        for (var i = 0; i < 3; i++) await client.ReadLineAsync();
        client.Connection.BeginDrain();
        Assert.Equal("421 4.3.2 The server is stopping, try again later", await client.ReadLineAsync());
        await client.Served;
        Assert.Equal(0, _sasl.Open);
    }

    [Fact]
    public Task IsNotThereWithoutMechanisms() => new TestServer().PlayAsync(
        """
        C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
        S: 502 5.5.1 Command not implemented
        """ + TestServer.Bye);

    internal static async Task<List<string>> EhloAsync(MemoryClient client)
    {
        await client.SendAsync("EHLO client.example\r\n");
        var lines = new List<string>();
        while (await client.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("220", StringComparison.Ordinal)) continue;
            Assert.StartsWith("250", line, StringComparison.Ordinal);
            lines.Add(line[4..]);
            if (line[3] == ' ') break;
        }

        return lines;
    }

    private SmtpPartners WithSasl(SmtpPartners partners)
    {
        _sasl = new MemorySasl();
        return partners with { Sasl = _sasl };
    }

    private Task PlayAsync(string dialogue, SmtpServiceOptions? options = null, string ending = TestServer.Bye)
    {
        var server = new TestServer { NewPartners = WithSasl, Options = options ?? new SmtpServiceOptions { HostName = "mx.example.org" } };
        return server.PlayFromBannerAsync(Hello + dialogue + ending, _ => Assert.Equal(0, _sasl.Open));
    }
}
