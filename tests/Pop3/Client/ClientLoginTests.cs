using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Auth.Sasl.Client;
using Merpati.Pop3.Client;

namespace Merpati.Pop3.Tests.Client;

/// <summary>How the client logs in, with servers of every kind, and what it tells of those that do not let it in.</summary>
public sealed class ClientLoginTests
{
    private const string Old = "S: +OK pop\nC: CAPA\nS: -ERR what\n";
    private const string Stamped = "S: +OK hello <1896.697170952@dbc.mtview.ca.us>\nC: CAPA\nS: -ERR what\n";
    private const string Scram = "S: +OK pop\nC: CAPA\nS: +OK\nS: SASL SCRAM-SHA-256 PLAIN\nS: USER\nS: AUTH-RESP-CODE\nS: .\n";

    private static readonly string Plain = Convert.ToBase64String("\0paul\0secret"u8);

    public static async Task<Pop3Step> LogInAsync(Pop3Client client, string name, string password, PlainPasswords plain = PlainPasswords.IfVerified, bool allowLegacy = false)
    {
        using var credentials = new SaslCredentials(name, Encoding.UTF8.GetBytes(password));
        return await client.AuthenticateAsync(new Pop3Login(credentials) { ServerName = "pop.example", Plain = plain, AllowLegacy = allowLegacy }, default).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public Task AsksAgainWhatItMayDoOnceItIsIn() => ScriptedServer.PlayEveryWayAsync($"""
        S: +OK pop
        C: CAPA
        S: +OK
        S: SASL PLAIN
        S: .
        C: AUTH PLAIN {Plain}
        S: +OK in
        C: CAPA
        S: +OK
        S: PIPELINING
        S: .
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        Assert.Equal("+OK in", (await LogInAsync(client, "paul", "secret", PlainPasswords.Always)).Text);
        Assert.True(client.Capabilities.HasPipelining);
        Assert.Empty(client.Capabilities.Mechanisms);
        await client.QuitAsync(default);
    });

    [Theory]
    [InlineData("S: +OK pop\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN *\nS: +OK\nC: CAPA\nS: -ERR\nC: QUIT\n")]
    [InlineData(Stamped + "C: APOP paul *\nS: +OK\nC: QUIT\n")]
    [InlineData(Old + "C: USER paul\nS: +OK\nC: PASS secret\nS: +OK\nC: QUIT\n")]
    public async Task WritesNoSecretDown(string script)
    {
        var written = new WrittenDown();
        await using var server = new ScriptedServer(script + "S: -ERR", new Pop3ClientOptions { Transcript = written });
        await server.Client.GreetAsync(default);
        Assert.True((await LogInAsync(server.Client, "paul", "secret", PlainPasswords.Always, allowLegacy: true)).IsDone);
        await server.Client.QuitAsync(default);
        var all = string.Join('\n', written.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain(Plain, all, StringComparison.Ordinal);
        Assert.True(new[] { "AUTH PLAIN ...", "APOP paul ...", "PASS ..." }.Any(all.Contains), all);
    }

    // Some servers repeat what they do not understand, in one form or the other.
    [Theory]
    [InlineData(Old + "C: USER paul\nS: +OK\nC: PASS secret\nS: -ERR bad password \"secret\"\n", "-ERR bad password \"...\"")]
    [InlineData("S: +OK pop\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN *\nS: -ERR AHBhdWwAc2VjcmV0 is what you say\n", "-ERR ... is what you say")]
    public async Task WritesNoSecretDownThatTheServerRepeats(string script, string told)
    {
        var written = new WrittenDown();
        await using var server = new ScriptedServer(script, new Pop3ClientOptions { Transcript = written });
        await server.Client.GreetAsync(default);
        Assert.Equal(told, (await LogInAsync(server.Client, "paul", "secret", PlainPasswords.Always)).Text);
        Assert.Contains(written.Lines, line => line.EndsWith(told, StringComparison.Ordinal));
        Assert.DoesNotContain(written.Lines, line => line.Contains("secret", StringComparison.Ordinal) || line.Contains("AHBhdWwAc2VjcmV0", StringComparison.Ordinal));
    }

    // A password that is a reply's first word does not hide it.
    [Fact]
    public async Task APasswordMayBeWhatServersSay()
    {
        await using var server = new ScriptedServer(Old + "C: USER paul\nS: +OK\nC: PASS OK\nS: +OK OK\nC: CAPA\nS: -ERR\n");
        await server.Client.GreetAsync(default);
        Assert.Equal("+OK ...", (await LogInAsync(server.Client, "paul", "OK", PlainPasswords.Always)).Text);
    }

    [Fact]
    public async Task SaysTheDigestOfTheTimestamp()
    {
        var digest = Encoding.ASCII.GetString(ApopDigest.Compute("<1896.697170952@dbc.mtview.ca.us>"u8, "tanstaaf"u8));
        Assert.Equal("c4c9334bac560ecc979e58001b3e22fb", digest); // RFC 1939 §7
        await using var server = new ScriptedServer(Stamped + $"C: APOP mrose {digest}\nS: +OK in\nC: QUIT\nS: +OK\n");
        await server.Client.GreetAsync(default);
        Assert.True((await LogInAsync(server.Client, "mrose", "tanstaaf", PlainPasswords.Always, allowLegacy: true)).IsDone);
        await server.Client.QuitAsync(default);
        await server.EndAsync();
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("<>")]
    [InlineData("<@>")]
    [InlineData("<a@>")]
    [InlineData("<@b>")]
    [InlineData("<a@b@c>")]
    [InlineData("<a b@c>")]
    [InlineData("<a\u00E9@c>")]
    [InlineData("a@b>")]
    [InlineData("<a@b")]
    public async Task TakesNoTimestampThatIsNone(string words)
    {
        await using var server = new ScriptedServer($"S: +OK {words}\nC: CAPA\nS: -ERR\nC: QUIT\nS: +OK\n");
        await server.Client.GreetAsync(default);
        Assert.Equal(Pop3Outcome.Unsupported, (await LogInAsync(server.Client, "paul", "secret", allowLegacy: true)).Outcome);
        await server.Client.QuitAsync(default);
        await server.EndAsync();
    }

    [Fact]
    public async Task TakesTheWholeTimestampOfTheLastBrackets()
    {
        await using var server = new ScriptedServer("S: +OK <x> 1 > 0 <a@b>\nC: CAPA\nS: -ERR\nC: APOP paul *\nS: +OK\n");
        await server.Client.GreetAsync(default);
        Assert.True((await LogInAsync(server.Client, "paul", "secret", allowLegacy: true)).IsDone);
    }

    [Fact]
    public async Task SaysThePasswordWhereApopIsNotKnownForTheUser()
    {
        await using var server = new ScriptedServer(Stamped + "C: APOP paul *\nS: -ERR no\nC: USER paul\nS: +OK\nC: PASS secret\nS: +OK\n");
        await server.Client.GreetAsync(default);
        Assert.True((await LogInAsync(server.Client, "paul", "secret", PlainPasswords.Always, allowLegacy: true)).IsDone);
        await server.EndAsync();
    }

    [Theory]
    [InlineData(Stamped, "C: APOP paul *\nS: -ERR no\n", PlainPasswords.IfEncrypted, true, Pop3Outcome.BadPassword)]
    [InlineData(Stamped, "C: APOP paul *\nS: -ERR [IN-USE] no\n", PlainPasswords.Always, true, Pop3Outcome.Later)]
    [InlineData(Stamped, "", PlainPasswords.IfEncrypted, false, Pop3Outcome.Unsupported)]
    [InlineData(Old, "", PlainPasswords.IfEncrypted, true, Pop3Outcome.Unsupported)]
    [InlineData(Old, "", PlainPasswords.IfVerified, true, Pop3Outcome.Unsupported)]
    [InlineData("S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN LOGIN CRAM-MD5 X\nS: USER\nS: .\n", "", PlainPasswords.IfEncrypted, false, Pop3Outcome.Unsupported)]
    [InlineData("S: +OK\nC: CAPA\nS: +OK\nS: SASL KERBEROS_V4\nS: .\n", "", PlainPasswords.Always, true, Pop3Outcome.Unsupported)]
    public async Task ShowsAPasswordOnlyWhereItMay(string greeted, string tried, PlainPasswords plain, bool allowLegacy, Pop3Outcome outcome)
    {
        await using var server = new ScriptedServer(greeted + tried + "C: QUIT\nS: +OK\n");
        await server.Client.GreetAsync(default);
        Assert.Equal(outcome, (await LogInAsync(server.Client, "paul", "secret", plain, allowLegacy)).Outcome);
        await server.Client.QuitAsync(default);
        await server.EndAsync();
    }

    [Theory]
    [InlineData("-ERR no", Pop3Outcome.BadPassword, Pop3ResponseCode.None)]
    [InlineData("-ERR [AUTH] no", Pop3Outcome.BadPassword, Pop3ResponseCode.Auth)]
    [InlineData("-ERR [auth] no", Pop3Outcome.BadPassword, Pop3ResponseCode.Auth)]
    [InlineData("-ERR [AUTH/EXPIRED] no", Pop3Outcome.BadPassword, Pop3ResponseCode.Auth)]
    [InlineData("-ERR [IN-USE] no", Pop3Outcome.Later, Pop3ResponseCode.InUse)]
    [InlineData("-ERR [LOGIN-DELAY] no", Pop3Outcome.Later, Pop3ResponseCode.LoginDelay)]
    [InlineData("-ERR [SYS/TEMP] no", Pop3Outcome.Later, Pop3ResponseCode.SysTemp)]
    [InlineData("-ERR [SYS/PERM] no", Pop3Outcome.Refused, Pop3ResponseCode.SysPerm)]
    [InlineData("-ERR [UTF8] no", Pop3Outcome.Refused, Pop3ResponseCode.Utf8)]
    [InlineData("-ERR [AUTHORS] no", Pop3Outcome.Refused, Pop3ResponseCode.Other)]
    [InlineData("-ERR [] no", Pop3Outcome.BadPassword, Pop3ResponseCode.None)]
    [InlineData("-ERR [AUTH no", Pop3Outcome.BadPassword, Pop3ResponseCode.None)]
    public async Task TellsWhoseFaultItIs(string reply, Pop3Outcome outcome, Pop3ResponseCode code)
    {
        await using var server = new ScriptedServer(Old + $"C: USER paul\nS: +OK\nC: PASS secret\nS: {reply}\n");
        await server.Client.GreetAsync(default);
        var step = await LogInAsync(server.Client, "paul", "secret", PlainPasswords.Always);
        Assert.Equal(outcome, step.Outcome);
        Assert.Equal(code, step.Code);
        Assert.Equal(reply, step.Text);
        Assert.Null(server.Client.Ending);
    }

    [Fact]
    public async Task AServerThatSaysWhenThePasswordIsAtFaultIsBelievedWhenItDoesNot()
    {
        await using var server = new ScriptedServer("S: +OK\nC: CAPA\nS: +OK\nS: USER\nS: AUTH-RESP-CODE\nS: .\nC: USER paul\nS: -ERR the disk is on fire\n");
        await server.Client.GreetAsync(default);
        Assert.Equal(Pop3Outcome.Refused, (await LogInAsync(server.Client, "paul", "secret", PlainPasswords.Always)).Outcome);
    }

    [Fact]
    public async Task TriesTheNextMechanismWhenOneIsNotKnownAfterAll()
    {
        await using var server = new ScriptedServer(Scram + $"C: AUTH SCRAM-SHA-256 *\nS: -ERR what\nC: AUTH PLAIN {Plain}\nS: +OK in\nC: CAPA\nS: -ERR\n");
        await server.Client.GreetAsync(default);
        Assert.True((await LogInAsync(server.Client, "paul", "secret", PlainPasswords.Always)).IsDone);
        await server.EndAsync();
    }

    [Theory]
    [InlineData("-ERR [AUTH] no", Pop3Outcome.BadPassword)]
    [InlineData("-ERR [SYS/TEMP] no", Pop3Outcome.Later)]
    [InlineData("-ERR [SYS/PERM] no", Pop3Outcome.Refused)]
    public async Task ShowsNoPasswordBecauseAStrongerMechanismFailed(string reply, Pop3Outcome outcome)
    {
        await using var server = new ScriptedServer(Scram + $"C: AUTH SCRAM-SHA-256 *\nS: {reply}\nC: QUIT\nS: +OK\n");
        await server.Client.GreetAsync(default);
        Assert.Equal(outcome, (await LogInAsync(server.Client, "paul", "secret", PlainPasswords.Always)).Outcome);
        await server.Client.QuitAsync(default);
        await server.EndAsync();
    }

    [Theory]
    [InlineData("S: +OK in", Pop3Outcome.NotGenuine)] // without having proven anything
    [InlineData("S: + !\nC: *\nS: -ERR off", Pop3Outcome.NotGenuine)] // no base64
    [InlineData("S: + cj14LHM9eCxpPTE=\nC: *\nS: -ERR off", Pop3Outcome.NotGenuine)] // a nonce that is not ours
    [InlineData("S: +\nC: *\nS: -ERR off", Pop3Outcome.NotGenuine)] // nothing at all
    [InlineData("S: 334 what", Pop3Outcome.ProtocolError)]
    [InlineData("S: [close]", Pop3Outcome.Lost)]
    [InlineData("S: [endless x]", Pop3Outcome.ProtocolError)]
    [InlineData("", Pop3Outcome.TimedOut)]
    public async Task TakesNoLoginThatIsNotProven(string answer, Pop3Outcome outcome)
    {
        await using var server = new ScriptedServer(Scram + "C: AUTH SCRAM-SHA-256 *\n" + answer + "\n");
        await server.Client.GreetAsync(default);
        var logging = LogInAsync(server.Client, "paul", "secret");
        Assert.Equal(outcome, (await (answer.Length == 0 ? server.LetTimePassAsync(logging) : logging)).Outcome);
        Assert.Equal(outcome, server.Client.Ending!.Outcome);
    }

    [Fact]
    public async Task EndsWithAServerThatAsksForEver()
    {
        var challenges = string.Concat(Enumerable.Repeat("S: + VXNlcm5hbWU6\nC: cGF1bA==\n", 20));
        await using var server = new ScriptedServer("S: +OK\nC: CAPA\nS: +OK\nS: SASL LOGIN\nS: .\nC: AUTH LOGIN\n" + challenges);
        await server.Client.GreetAsync(default);
        var step = await LogInAsync(server.Client, "paul", "paul", PlainPasswords.Always);
        Assert.True(step.Outcome is Pop3Outcome.NotGenuine or Pop3Outcome.ProtocolError, step.Text);
        Assert.NotNull(server.Client.Ending);
    }

    [Fact]
    public async Task SendsNoLongInitialResponse()
    {
        var name = new string('n', 300);
        var response = Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{name}\0secret"));
        await using var server = new ScriptedServer($"S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: +\nC: {response}\nS: +OK\nC: CAPA\nS: -ERR\n");
        await server.Client.GreetAsync(default);
        Assert.True((await LogInAsync(server.Client, name, "secret", PlainPasswords.Always)).IsDone);
        await server.EndAsync();
    }

    [Theory]
    [InlineData("paul", "a\r\nDELE 1")]
    [InlineData("paul", "a\nb")]
    [InlineData("paul", "a\0b")]
    [InlineData("paul\r\nDELE 1", "secret")]
    [InlineData("pa\u007Ful", "secret")]
    [InlineData("paul", "")]
    public async Task LetsNoCommandHideInAPassword(string name, string password)
    {
        await using var server = new ScriptedServer(Stamped + "C: QUIT\nS: +OK\n");
        await server.Client.GreetAsync(default);
        var allowLegacy = name != "paul" || password.Length == 0; // a digest hides what it is of
        Assert.Equal(Pop3Outcome.Unsupported, (await LogInAsync(server.Client, name, password, PlainPasswords.Always, allowLegacy)).Outcome);
        await server.Client.QuitAsync(default);
        await server.EndAsync();
    }

    [Fact]
    public async Task TriesThePasswordWithAServerThatNamesNoWayAtAll()
    {
        await using var server = new ScriptedServer("S: +OK\nC: CAPA\nS: +OK\nS: TOP\nS: .\nC: USER paul\nS: +OK\nC: PASS secret\nS: +OK\nC: CAPA\nS: -ERR\n");
        await server.Client.GreetAsync(default);
        Assert.True((await LogInAsync(server.Client, "paul", "secret", PlainPasswords.Always)).IsDone);
        await server.EndAsync();
    }
}
