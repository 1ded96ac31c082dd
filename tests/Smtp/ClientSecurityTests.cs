using System.Text;
using Merpati.Auth.Sasl.Client;
using Merpati.Smtp.Client;
using Merpati.Wire.Tls;

namespace Merpati.Smtp.Tests;

/// <summary>STARTTLS and AUTH with servers that do not mean well (RFC 3207 §6, RFC 4954 §4).</summary>
public sealed class ClientSecurityTests
{
    private const string Greeted = "S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250-AUTH SCRAM-SHA-256 PLAIN\nS: 250 STARTTLS\n";

    private static readonly TlsClientOptions AnyTls = new() { TargetName = "mx.example.org", Verification = TlsVerification.None };

    [Theory]
    [InlineData("s: 220 go\\r\\n250-x\\r\\n250 AUTH PLAIN\\r\\n\n")]
    [InlineData("s: 220 go\\r\\n2\n")]
    [InlineData("s: 220-go\\r\\n220 go\\r\\n\\r\\n\n")]
    public async Task TrustsNobodyWhoWentOnInTheClear(string injection)
    {
        await using var peer = new ClientPeer(Greeted + "C: STARTTLS\n" + injection);
        await peer.Client.GreetAsync(default);
        var step = await peer.Client.StartTlsAsync(AnyTls, default);
        Assert.Equal(SmtpOutcome.TlsFailed, step.Outcome);
        Assert.Equal("the server spoke in the clear where TLS should have begun", step.Text);
        Assert.Equal(SmtpStanding.Closed, peer.Client.Standing);
        Assert.Empty(peer.Client.Capabilities.Mechanisms);
        Assert.Null(peer.Client.Tls);
        Assert.True(peer.Aborted);
    }

    [Fact]
    public async Task TrustsNobodyWhoAnswersTheHandshakeInTheClear()
    {
        await using var peer = new ClientPeer(Greeted + "C: STARTTLS\nS: 220 go\nC: [octets 100]\nS: 250-x\nS: 250 AUTH PLAIN\n");
        await peer.Client.GreetAsync(default);
        var step = await peer.Client.StartTlsAsync(AnyTls, default).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(SmtpOutcome.TlsFailed, step.Outcome);
        Assert.Equal(SmtpStanding.Closed, peer.Client.Standing);
        Assert.Empty(peer.Client.Capabilities.Mechanisms);
    }

    [Fact]
    public async Task GivesUpOnAHandshakeThatDoesNotCome()
    {
        await using var peer = new ClientPeer(Greeted + "C: STARTTLS\nS: 220 go\n");
        await peer.Client.GreetAsync(default);
        Assert.Equal("the handshake took too long", (await peer.LetTimePassAsync(peer.Client.StartTlsAsync(AnyTls, default))).Text);
    }

    [Theory]
    [InlineData("454 4.7.0 not now", SmtpOutcome.Deferred, SmtpStanding.Usable)]
    [InlineData("502 5.5.1 what", SmtpOutcome.Refused, SmtpStanding.Usable)]
    [InlineData("250 ok", SmtpOutcome.ProtocolError, SmtpStanding.Closed)]
    [InlineData("421 bye", SmtpOutcome.Deferred, SmtpStanding.Closed)]
    public async Task LeavesItToTheCallerWhetherToGoOnWithout(string reply, SmtpOutcome outcome, SmtpStanding standing)
    {
        await using var peer = new ClientPeer(Greeted + $"C: STARTTLS\nS: {reply}\n");
        await peer.Client.GreetAsync(default);
        Assert.Equal(outcome, (await peer.Client.StartTlsAsync(AnyTls, default)).Outcome);
        Assert.Equal(standing, peer.Client.Standing);
        Assert.True(peer.Client.Capabilities.HasStartTls);
    }

    [Fact]
    public async Task AsksForNoTlsThatIsNotOffered()
    {
        await using var peer = new ClientPeer("S: 220 mx\nC: EHLO client.example\nS: 250 mx\nC: QUIT\nS: 221 bye\n");
        await peer.Client.GreetAsync(default);
        Assert.Equal(SmtpOutcome.Unsupported, (await peer.Client.StartTlsAsync(AnyTls, default)).Outcome);
        await peer.Client.QuitAsync(default);
        await peer.EndAsync();
    }

    [Theory]
    [InlineData("S: 235 ok", SmtpOutcome.NotGenuine)] // without having proven anything
    [InlineData("S: 334 !\nC: *\nS: 501 off", SmtpOutcome.NotGenuine)] // no base64
    [InlineData("S: 334 cj14LHM9eCxpPTE=\nC: *\nS: 501 off", SmtpOutcome.NotGenuine)] // a nonce that is not ours
    [InlineData("S: 354 go", SmtpOutcome.ProtocolError)]
    [InlineData("S: 250 ok", SmtpOutcome.ProtocolError)]
    [InlineData("S: 421 bye", SmtpOutcome.Deferred)]
    [InlineData("S: [close]", SmtpOutcome.Lost)]
    [InlineData("S: [endless]", SmtpOutcome.ProtocolError)]
    public async Task TakesNoLoginThatIsNotProven(string answer, SmtpOutcome outcome)
    {
        await using var peer = new ClientPeer(Greeted + "C: AUTH SCRAM-SHA-256 *\n" + answer + "\n");
        Assert.Equal(outcome, (await LogInAsync(peer)).Outcome);
        Assert.Equal(SmtpStanding.Closed, peer.Client.Standing);
    }

    [Fact]
    public async Task CallsOffALoginWithAServerThatIsNotGenuine()
    {
        await using var peer = new ClientPeer(Greeted + "C: AUTH SCRAM-SHA-256 *\nS: 334 cj14LHM9eCxpPTE=\nC: [octets 3]\nS: 501 off\n");
        Assert.Equal(SmtpOutcome.NotGenuine, (await LogInAsync(peer)).Outcome);
        Assert.Equal("*\r\n", peer.Text);
    }

    [Theory]
    [InlineData("535 5.7.8 no", SmtpOutcome.Refused)]
    [InlineData("454 4.7.0 busy", SmtpOutcome.Deferred)]
    public async Task IsToldWhyItMayNotComeIn(string reply, SmtpOutcome outcome)
    {
        await using var peer = new ClientPeer(Greeted + $"C: AUTH SCRAM-SHA-256 *\nS: {reply}\n");
        var step = await LogInAsync(peer, PlainPasswords.Always);
        Assert.Equal(outcome, step.Outcome);
        Assert.Equal(reply, step.Text);
        Assert.Equal(SmtpStanding.Usable, peer.Client.Standing);
    }

    [Fact]
    public async Task TriesTheNextMechanismWhenOneIsNotKnownAfterAll()
    {
        var secret = Convert.ToBase64String(Encoding.ASCII.GetBytes("\0alice\0secret"));
        await using var peer = new ClientPeer(Greeted + $"C: AUTH SCRAM-SHA-256 *\nS: 504 5.5.4 what\nC: AUTH PLAIN {secret}\nS: 235 in\n");
        Assert.True((await LogInAsync(peer, PlainPasswords.Always)).IsDone);
    }

    [Fact]
    public async Task ShowsNoPasswordBecauseAStrongerMechanismIsNotKnown()
    {
        await using var peer = new ClientPeer(Greeted + "C: AUTH SCRAM-SHA-256 *\nS: 504 5.5.4 what\nC: QUIT\nS: 221 bye\n");
        Assert.Equal(SmtpOutcome.Refused, (await LogInAsync(peer)).Outcome);
        await peer.Client.QuitAsync(default);
        await peer.EndAsync();
    }

    [Fact]
    public async Task WritesNoSecretDown()
    {
        var transcript = new Lines();
        var secret = Convert.ToBase64String(Encoding.ASCII.GetBytes("\0alice\0secret"));
        var script = $"S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250 AUTH PLAIN\nC: AUTH PLAIN {secret}\nS: 235 in\n";
        await using var peer = new ClientPeer(script, options: new SmtpClientOptions { HostName = "client.example", Transcript = transcript });
        Assert.True((await LogInAsync(peer, PlainPasswords.Always)).IsDone);
        Assert.Equal(["S: 220 mx", "C: EHLO client.example", "S: 250-mx", "S: 250 AUTH PLAIN", "C: AUTH PLAIN ...", "S: 235 in"], transcript.All);
    }

    // Some servers repeat what they do not understand, in one form or the other.
    [Theory]
    [InlineData("535 5.7.8 what is AGFsaWNlAHNlY3JldA==?", "535 5.7.8 what is ...?")]
    [InlineData("535-5.7.8 secret\nS: 535 5.7.8 AGFsaWNlAHNlY3JldA==AGFsaWNlAHNlY3JldA==", "535-5.7.8 ... 535 5.7.8 ......")]
    [InlineData("535 5.7.8 alice may not say \"secret\" here", "535 5.7.8 alice may not say \"...\" here")]
    public async Task WritesNoSecretDownThatTheServerRepeats(string reply, string told)
    {
        var transcript = new Lines();
        var script = $"S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: {reply}\nC: QUIT\nS: 221 my secret\n";
        await using var peer = new ClientPeer(script, options: new SmtpClientOptions { HostName = "client.example", Transcript = transcript });
        var step = await LogInAsync(peer, PlainPasswords.Always);
        Assert.Equal(SmtpOutcome.Refused, step.Outcome);
        Assert.Equal(told, step.Text.ReplaceLineEndings(" "));
        Assert.DoesNotContain(transcript.All, line => line.Contains("AGFsaWNlAHNlY3JldA", StringComparison.Ordinal) || line.Contains("secret", StringComparison.Ordinal));
        await peer.Client.QuitAsync(default);
        Assert.Equal("S: 221 my secret", transcript.All[^1]); // it is not looked for any more where it was not said: this is what the word means otherwise
    }

    [Fact]
    public async Task WaitsNoLongerWhenItIsAskedSomethingElse()
    {
        await using var peer = new ClientPeer("S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250 AUTH PLAIN\nC: AUTH PLAIN\nS: 334 TmFtZQ==\nC: [octets 3]\nS: 501 off\n");
        Assert.Equal(SmtpOutcome.NotGenuine, (await LogInAsync(peer, PlainPasswords.Always, new string('n', 400))).Outcome);
        Assert.Equal("*\r\n", peer.Text);
    }

    [Fact]
    public async Task WaitsToBeAskedForALongFirstMessage()
    {
        var name = new string('n', 400);
        var secret = Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{name}\0secret"));
        await using var peer = new ClientPeer($"S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250 AUTH=PLAIN\nC: AUTH PLAIN\nS: 334 \nC: {secret}\nS: 235 in\n");
        Assert.True((await LogInAsync(peer, PlainPasswords.Always, name)).IsDone);
        await peer.EndAsync();
    }

    private static async Task<SmtpStep> LogInAsync(ClientPeer peer, PlainPasswords plain = PlainPasswords.IfVerified, string name = "alice")
    {
        using var credentials = new SaslCredentials(name, "secret"u8);
        await peer.Client.GreetAsync(default);
        return await peer.Client.AuthenticateAsync(new SmtpLogin(credentials) { ServerName = "mx", Plain = plain }, default).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private sealed class Lines : ISmtpTranscript
    {
        public List<string> All { get; } = [];

        public void Client(string line) => All.Add("C: " + line);

        public void Server(string line) => All.Add("S: " + line);
    }
}
