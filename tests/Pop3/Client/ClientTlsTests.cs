using Merpati.Pop3.Client;
using Merpati.Wire.Tls;

namespace Merpati.Pop3.Tests.Client;

/// <summary>STLS with servers, and others, that do not mean well (RFC 2595 §4, RFC 3207 §6).</summary>
public sealed class ClientTlsTests
{
    public static readonly TlsClientOptions AnyTls = new() { TargetName = "pop.example.org", Verification = TlsVerification.None };

    private const string Greeted = "S: +OK pop\nC: CAPA\nS: +OK\nS: STLS\nS: SASL SCRAM-SHA-256 PLAIN\nS: .\n";

    [Theory]
    [InlineData("s: +OK go\\r\\n+OK\\r\\nSASL PLAIN\\r\\n.\\r\\n\n")]
    [InlineData("s: +OK go\\r\\n+\n")]
    [InlineData("s: +OK go\\r\\n\\r\\n\n")]
    public async Task TrustsNobodyWhoWentOnInTheClear(string injection)
    {
        await using var server = new ScriptedServer(Greeted + "C: STLS\n" + injection);
        await server.Client.GreetAsync(default);
        var step = await server.Client.StartTlsAsync(AnyTls, default);
        Assert.Equal(Pop3Outcome.TlsFailed, step.Outcome);
        Assert.Equal("the server spoke in the clear where TLS should have begun", step.Text);
        Assert.Same(step, server.Client.Ending);
        Assert.Empty(server.Client.Capabilities.Mechanisms);
        Assert.Null(server.Client.Tls);
        Assert.True(server.Aborted);
    }

    [Fact]
    public async Task TrustsNobodyWhoAnswersTheHandshakeInTheClear()
    {
        await using var server = new ScriptedServer(Greeted + "C: STLS\nS: +OK go\nC: [any]\nS: [endless SASL PLAIN\\r\\n]\n");
        await server.Client.GreetAsync(default);
        var step = await server.Client.StartTlsAsync(AnyTls, default).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Pop3Outcome.TlsFailed, step.Outcome);
        Assert.Empty(server.Client.Capabilities.Mechanisms);
    }

    [Fact]
    public async Task GivesUpOnAHandshakeThatDoesNotCome()
    {
        await using var server = new ScriptedServer(Greeted + "C: STLS\nS: +OK go\n");
        await server.Client.GreetAsync(default);
        var step = await server.LetTimePassAsync(server.Client.StartTlsAsync(AnyTls, default));
        Assert.Equal("the handshake took too long", step.Text);
        Assert.Equal(Pop3Outcome.TlsFailed, step.Outcome);
    }

    [Fact]
    public async Task GivesUpOnAHandshakeAtTheBeginningThatDoesNotCome()
    {
        await using var server = new ScriptedServer("");
        Assert.Equal(Pop3Outcome.TlsFailed, (await server.LetTimePassAsync(server.Client.SecureAsync(AnyTls, default))).Outcome);
        Assert.Equal(Pop3Outcome.TlsFailed, (await server.Client.GreetAsync(default)).Outcome);
    }

    [Theory]
    [InlineData("-ERR not now", Pop3Outcome.Refused)]
    [InlineData("-ERR [SYS/TEMP] not now", Pop3Outcome.Later)]
    public async Task LeavesItToTheCallerWhetherToGoOnWithout(string reply, Pop3Outcome outcome)
    {
        await using var server = new ScriptedServer(Greeted + $"C: STLS\nS: {reply}\n");
        await server.Client.GreetAsync(default);
        Assert.Equal(outcome, (await server.Client.StartTlsAsync(AnyTls, default)).Outcome);
        Assert.Null(server.Client.Ending);
        Assert.True(server.Client.Capabilities.HasStartTls);
    }

    [Theory]
    [InlineData("S: +OK\nC: CAPA\nS: -ERR\n")]
    [InlineData("S: +OK\nC: CAPA\nS: +OK\nS: USER\nS: .\n")]
    public async Task AsksForNoTlsThatIsNotOffered(string greeted)
    {
        await using var server = new ScriptedServer(greeted + "C: QUIT\nS: +OK\n");
        await server.Client.GreetAsync(default);
        Assert.Equal(Pop3Outcome.Unsupported, (await server.Client.StartTlsAsync(AnyTls, default)).Outcome);
        await server.Client.QuitAsync(default);
        await server.EndAsync();
    }
}
