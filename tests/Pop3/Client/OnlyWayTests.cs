using System.Text;
using Merpati.Auth.Sasl.Client;
using Merpati.Pop3.Client;

namespace Merpati.Pop3.Tests.Client;

/// <summary>A client that is told by what to log in tries that and nothing else; and what it asks of several messages at once.</summary>
public sealed class OnlyWayTests
{
    private const string Everything = "S: +OK pop <1896.697170952@dbc.mtview.ca.us>\nC: CAPA\nS: +OK\nS: SASL SCRAM-SHA-256 PLAIN CRAM-MD5\nS: USER\nS: TOP\nS: PIPELINING\nS: .\n";

    [Theory]
    [InlineData("USER", "C: USER paul\nS: +OK\nC: PASS secret\nS: -ERR [AUTH] no\n")]
    [InlineData("user", "C: USER paul\nS: +OK\nC: PASS secret\nS: -ERR [AUTH] no\n")]
    [InlineData("APOP", "C: APOP paul *\nS: -ERR [AUTH] no\n")]
    [InlineData("PLAIN", "C: AUTH PLAIN *\nS: -ERR [AUTH] no\n")]
    [InlineData("CRAM-MD5", "C: AUTH CRAM-MD5\nS: -ERR [AUTH] no\n")]
    [InlineData("SCRAM-SHA-256", "C: AUTH SCRAM-SHA-256 *\nS: -ERR [AUTH] no\n")]
    public async Task TriesNothingElse(string only, string dialogue)
    {
        await using var server = new ScriptedServer(Everything + dialogue + "C: QUIT\nS: +OK");
        await server.Client.GreetAsync(default);
        Assert.Equal(Pop3Outcome.BadPassword, (await LogInAsync(server.Client, only)).Outcome);
        await server.Client.QuitAsync(default);
        await server.EndAsync();
    }

    [Theory]
    [InlineData("LOGIN")]
    [InlineData("DIGEST-MD5")]
    public async Task SaysWhatIsNotOffered(string only)
    {
        await using var server = new ScriptedServer(Everything + "C: QUIT\nS: +OK");
        await server.Client.GreetAsync(default);
        var step = await LogInAsync(server.Client, only);
        Assert.Equal((Pop3Outcome.Unsupported, $"the server does not offer {only}, or not safely"), (step.Outcome, step.Text));
        await server.Client.QuitAsync(default);
        await server.EndAsync();
    }

    [Fact]
    public Task AsksForSeveralHeadersAhead() => ScriptedServer.PlayEveryWayAsync(Everything + """
        C: TOP 1 0
        C: TOP 3 0
        S: +OK
        S: Subject: one
        S: .
        S: -ERR no such message
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        var mail = new GatheredMail();
        Assert.True((await client.TopAsync([1, 3], 0, mail, default)).IsDone);
        Assert.Equal("1 Done 14 Subject: one\r\n|3 Refused 0 ", mail.Text);
        await client.QuitAsync(default);
    });

    private static async Task<Pop3Step> LogInAsync(Pop3Client client, string only)
    {
        using var credentials = new SaslCredentials("paul", Encoding.UTF8.GetBytes("secret"));
        var login = new Pop3Login(credentials) { ServerName = "pop.example", Plain = PlainPasswords.Always, AllowLegacy = true, Only = only };
        return await client.AuthenticateAsync(login, default).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
