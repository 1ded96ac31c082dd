using System.Net;
using System.Security.Cryptography;
using System.Text;
using Merpati.Auth;
using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Client;
using Merpati.Smtp.Server;
using Merpati.Wire.Connecting;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Merpati.Wire.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Merpati.Smtp.Tests;

/// <summary>Our client and our server, over real sockets.</summary>
public sealed class ClientServerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly MemoryCertificate _certificate = new();
    private readonly Heartbeat _heartbeat = new(TimeProvider.System);
    private readonly PasswordChecker _checker = new(new PasswordCheckerOptions { Threads = 1, Iterations = PasswordVerifier.MinIterations }, TimeProvider.System);
    private readonly TestServer _server;
    private ConnectionListener? _listener;

    public ClientServerTests()
    {
        var accounts = new OneAccount();
        var sasl = new SaslServer(accounts, new Authenticator(accounts, _checker), null, new SaslServerOptions { Iterations = PasswordVerifier.MinIterations }, TimeProvider.System);
        var tls = new TlsServer(new TlsServerOptions { Certificates = _certificate });
        _server = new TestServer
        {
            Options = new SmtpServiceOptions { HostName = "mx.example.org", RequireTls = TlsRequirement.Always },
            NewPartners = partners => partners with { Sasl = sasl, Tls = tls },
        };
    }

    public async ValueTask InitializeAsync()
    {
        var surroundings = new ListenerSurroundings(new ConnectionLimits(100, 100), _heartbeat, TimeProvider.System, NullLoggerFactory.Instance);
        _listener = await ConnectionListener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), _server.NewService(), surroundings);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener!.DisposeAsync();
        _heartbeat.Dispose();
        _checker.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public async Task SendsOneMessageAfterTheOther()
    {
        var (connection, client) = await ConnectAsync();
        await using var closing = connection;
        Assert.True(client.Capabilities is { HasPipelining: true, HasChunking: true, HasBinaryMime: true, HasDsn: true, HasSmtpUtf8: true, HasEightBitMime: true, HasStartTls: true });
        Assert.Equal(52428800, client.Capabilities.MaxSize);
        Assert.Equal(1000, client.Capabilities.MaxRecipients);
        var first = await client.SendAsync(ClientMail.WithText("a: b\r\n\r\n.x\r\n..\r\n", "alice@example.org", "nobody@example.org"), default);
        Assert.Equal("Delivered Refused", first.Outcomes());
        var none = await client.SendAsync(ClientMail.To("nobody@example.org"), default);
        Assert.Equal("Refused", none.Outcomes());
        Assert.Equal("5.1.1", none.Statuses());
        var second = await client.SendAsync(ClientMail.WithText("c: d\r\n\r\n\u00CFo\r\n", "bob@example.org", "пётр@example.org") with { Body = BodyType.EightBitMime }, default);
        Assert.Equal("Delivered Delivered", second.Outcomes());
        await client.QuitAsync(default);
        Assert.Equal(221, client.Ending!.Reply!.Code);
        Assert.Equal(["a: b\r\n\r\n.x\r\n..\r\n", "c: d\r\n\r\n\u00CFo\r\n"], _server.Intake.Messages.Select(message => message.Text));
        Assert.Equal("bob@example.org пётр@example.org", _server.Intake.Messages[1].Recipients);
        Assert.True(_server.Intake.Messages[1].Envelope.IsInternationalized);
    }

    [Fact]
    public async Task GoesOverToTlsAndLogsIn()
    {
        var transcript = new Dialogue();
        var (connection, client) = await ConnectAsync(transcript);
        await using var closing = connection;
        var secured = await client.StartTlsAsync(new TlsClientOptions { TargetName = "mx.example.org", Verification = TlsVerification.Required }, default);
        Assert.True(secured.IsDone, secured.Text);
        Assert.False(client.Capabilities.HasStartTls);
        Assert.Contains("SCRAM-SHA-256-PLUS", client.Capabilities.Mechanisms);
        using var credentials = new SaslCredentials("alice", "secret"u8);
        var step = await client.AuthenticateAsync(new SmtpLogin(credentials) { ServerName = "mx.example.org" }, default);
        Assert.True(step.IsDone, step.Text);
        Assert.Contains("C: AUTH SCRAM-SHA-256-PLUS ...", transcript.Lines);
        var message = ClientMail.WithText("Subject: x\r\n\r\nHello.\r\n", "bob@example.org") with { ReversePath = new(MemorySasl.Alice.Address) };
        Assert.Equal("Delivered", (await client.SendAsync(message, default)).Outcomes());
        await client.QuitAsync(default);
        Assert.Equal("alice@example.org", _server.Intake.Messages[0].Envelope.ReversePath.ToAddressText());
        Assert.DoesNotContain(transcript.Lines, line => line.Contains("Hello", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PlainPasswords.IfVerified, false, SmtpOutcome.Unsupported)]
    [InlineData(PlainPasswords.IfVerified, true, SmtpOutcome.Unsupported)]
    [InlineData(PlainPasswords.IfEncrypted, false, SmtpOutcome.Unsupported)]
    [InlineData(PlainPasswords.IfEncrypted, true, SmtpOutcome.Done)]
    [InlineData(PlainPasswords.Always, false, SmtpOutcome.Done)]
    public async Task ShowsAPasswordOnlyWhereItMay(PlainPasswords plain, bool underTls, SmtpOutcome outcome)
    {
        await using var listener = await ListenAsync(new TestServer
        {
            Options = new SmtpServiceOptions { HostName = "mx.example.org", RequireTls = TlsRequirement.Never },
            NewPartners = partners => partners with { Sasl = new MemorySasl(), Tls = new TlsServer(new TlsServerOptions { Certificates = _certificate }) },
        });
        var (connection, client) = await ConnectAsync(endPoint: listener.EndPoint);
        await using var closing = connection;
        if (underTls) Assert.True((await client.StartTlsAsync(new TlsClientOptions { TargetName = "mx.example.org", Verification = TlsVerification.None }, default)).IsDone);
        using var credentials = new SaslCredentials("alice", "secret"u8);
        Assert.Equal(outcome, (await client.AuthenticateAsync(new SmtpLogin(credentials) { ServerName = "mx.example.org", Plain = plain }, default)).Outcome);
        Assert.Equal(SmtpStanding.Usable, client.Standing);
    }

    [Fact]
    public async Task IsToldThatThePasswordIsWrong()
    {
        var (connection, client) = await ConnectAsync();
        await using var closing = connection;
        using var credentials = new SaslCredentials("alice", "wrong"u8);
        var step = await client.AuthenticateAsync(new SmtpLogin(credentials) { ServerName = "mx.example.org" }, default);
        Assert.Equal(SmtpOutcome.Refused, step.Outcome);
        Assert.Equal("535 5.7.8 Authentication failed", step.Text);
        Assert.Equal(SmtpStanding.Usable, client.Standing);
    }

    [Fact]
    public async Task TalksToNobodyWhoIsNotVerified()
    {
        var (connection, client) = await ConnectAsync();
        await using var closing = connection;
        var step = await client.StartTlsAsync(new TlsClientOptions { TargetName = "mx.example.org" }, default);
        Assert.Equal(SmtpOutcome.TlsFailed, step.Outcome);
        Assert.Equal("nobody we trust vouches for the server's certificate", step.Text);
        Assert.Equal(SmtpStanding.Closed, client.Standing);
        Assert.Equal("Deferred", (await client.SendAsync(ClientMail.To("bob@example.org"), default)).Outcomes());
    }

    [Theory]
    [InlineData(false, BodyType.SevenBit)]
    [InlineData(true, BodyType.SevenBit)]
    [InlineData(false, BodyType.BinaryMime)]
    [InlineData(true, BodyType.BinaryMime)]
    public async Task CarriesTenMegabytesOctetForOctet(bool underTls, BodyType body)
    {
        var (connection, client) = await ConnectAsync();
        await using var closing = connection;
        if (underTls) Assert.True((await client.StartTlsAsync(new TlsClientOptions { TargetName = "mx.example.org", Verification = TlsVerification.None }, default)).IsDone);
        var octets = body == BodyType.BinaryMime ? RandomNumberGenerator.GetBytes(10 * 1024 * 1024) : Lines(10 * 1024 * 1024);
        var message = ClientMail.WithOctets(octets, "alice@example.org") with { Body = body, Text = new PiecemealText(octets) };
        var result = await client.SendAsync(message, default).WaitAsync(Patience);
        Assert.True(result.Outcomes() == "Delivered", result.Recipients[0].Text);
        await client.QuitAsync(default);
        Assert.True(octets.AsSpan().SequenceEqual(_server.Intake.Messages[0].Octets));
    }

    [Fact]
    public async Task LeavesWhatIsMoreThanAThousandForLater()
    {
        var (connection, client) = await ConnectAsync();
        await using var closing = connection;
        var message = ClientMail.To([.. Enumerable.Range(0, 1500).Select(number => $"user{number}@example.org")]);
        var result = await client.SendAsync(message, default).WaitAsync(Patience);
        Assert.Equal(1000, result.Recipients.Count(report => report.Outcome == RecipientOutcome.Delivered));
        Assert.Equal(500, result.Recipients.Count(report => report.Outcome == RecipientOutcome.Later));
        message = message with { Recipients = [.. result.Recipients.Where(report => report.Outcome == RecipientOutcome.Later).Select(report => report.Recipient)], Text = new MemoryText("a: b\r\n\r\n"u8.ToArray()) };
        Assert.All((await client.SendAsync(message, default)).Recipients, report => Assert.Equal(RecipientOutcome.Delivered, report.Outcome));
    }

    [Fact]
    public async Task IsCancelledInTheMiddleOfAText()
    {
        var (connection, client) = await ConnectAsync();
        await using var closing = connection;
        using var cancellation = new CancellationTokenSource();
        var message = ClientMail.To("alice@example.org") with { Text = new EndlessText(cancellation) };
        var result = await client.SendAsync(message, cancellation.Token).WaitAsync(Patience);
        Assert.Equal("Deferred", result.Outcomes());
        Assert.Equal(SmtpOutcome.Cancelled, result.Ending!.Outcome);
        await _listener!.StopAcceptingAsync();
        await _listener.DrainAsync(Patience);
        Assert.Empty(_server.Intake.Messages);
        Assert.Equal(0, _server.Intake.Open);
    }

    private static byte[] Lines(int length)
    {
        var octets = RandomNumberGenerator.GetBytes(length);
        for (var i = 0; i < octets.Length; i++)
        {
            octets[i] = octets[i] switch { 0 or (byte)'\r' or (byte)'\n' or > 127 => (byte)'.', var other => other };
            if (i % 77 == 76) (octets[i - 1], octets[i]) = ((byte)'\r', (byte)'\n');
        }

        (octets[^2], octets[^1]) = ((byte)'\r', (byte)'\n');
        if (octets[^3] == '\r') octets[^3] = (byte)'x';
        return octets;
    }

    private async Task<ConnectionListener> ListenAsync(TestServer server) => await ConnectionListener.StartAsync(
        new IPEndPoint(IPAddress.Loopback, 0), server.NewService(), new ListenerSurroundings(new ConnectionLimits(100, 100), _heartbeat, TimeProvider.System, NullLoggerFactory.Instance));

    private async Task<(OutgoingConnection Connection, SmtpClient Client)> ConnectAsync(ISmtpTranscript? transcript = null, IPEndPoint? endPoint = null)
    {
        var attempt = await OutgoingConnection.ConnectAsync(endPoint ?? _listener!.EndPoint, new OutgoingOptions { Heartbeat = _heartbeat }, default);
        var client = new SmtpClient(attempt.Connection!.Wire, new SmtpClientOptions { HostName = "client.example", Transcript = transcript }, TimeProvider.System);
        Assert.True((await client.GreetAsync(default)).IsDone);
        return (attempt.Connection, client);
    }

    private sealed class Dialogue : ISmtpTranscript
    {
        public List<string> Lines { get; } = [];

        public void Client(string line) => Lines.Add("C: " + line);

        public void Server(string line) => Lines.Add("S: " + line);
    }

    private sealed class PiecemealText(byte[] octets) : IOutgoingText
    {
        private int _at;

        public long Length => octets.Length;

        public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
        {
            await Task.Yield();
            var piece = octets.AsMemory(_at, Math.Min(((_at * 31) % 70_001) + 1, octets.Length - _at));
            _at += piece.Length;
            return piece;
        }
    }

    private sealed class EndlessText(CancellationTokenSource cancellation) : IOutgoingText
    {
        private int _reads;

        public long Length => 40_000_000;

        public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
        {
            if (++_reads == 10) await cancellation.CancelAsync();
            return Encoding.ASCII.GetBytes(new string('x', 70) + "\r\n");
        }
    }

    private sealed class OneAccount : ICredentialSource
    {
        private readonly Credentials _alice = new(MemorySasl.Alice, PasswordVerifier.Create("secret"u8, PasswordVerifier.MinIterations), Disabled: false);

        public ValueTask<Credentials?> FindAsync(string loginName, CancellationToken cancellation) => new(loginName == "alice" ? _alice : null);
    }
}
