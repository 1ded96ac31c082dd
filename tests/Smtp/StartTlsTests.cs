using System.Net;
using Merpati.Auth;
using Merpati.Smtp.Server;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Merpati.Wire.Tls;

namespace Merpati.Smtp.Tests;

/// <summary>STARTTLS (RFC 3207) with real TLS over real sockets.</summary>
public sealed class StartTlsTests : IAsyncLifetime
{
    private readonly MemoryCertificate _certificate = new();
    private readonly MemorySasl _sasl = new();
    private readonly Heartbeat _heartbeat = new(TimeProvider.System);
    private readonly CapturedLog _log = new();
    private TestServer _server = new();
    private ConnectionListener? _listener;

    public ValueTask InitializeAsync() => ListenAsync(new SmtpServiceOptions { HostName = "mx.example.org", RequireTls = TlsRequirement.Always });

    public async ValueTask DisposeAsync()
    {
        await _listener!.DisposeAsync();
        _heartbeat.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public async Task BeginsAnewUnderTls()
    {
        await using var client = await ConnectAsync();
        var before = await EhloAsync(client);
        Assert.Contains("STARTTLS", before);
        Assert.Contains("AUTH STEPS", before);
        Assert.Equal("220 2.0.0 Ready to start TLS", await client.AskAsync("STARTTLS"));
        await client.SecureAsync();
        Assert.Equal("503 5.5.1 Send HELO or EHLO first", await client.AskAsync("MAIL FROM:<a@b.example>"));
        var after = await EhloAsync(client);
        Assert.DoesNotContain("STARTTLS", after);
        Assert.Contains("AUTH STEPS PLAIN LOGIN", after);
        Assert.Equal("503 5.5.1 TLS is on already", await client.AskAsync("STARTTLS"));
        Assert.Equal("235 2.7.0 Authenticated", await client.AskAsync("AUTH PLAIN AGFsaWNlAHNlY3JldA=="));
        Assert.False(_sasl.LastContext!.Channel!.ServerEndPoint.IsEmpty);
        Assert.Null(_sasl.LastContext.Channel.ClientCertificate);
        Assert.Equal("221 2.0.0 Bye", await client.AskAsync("QUIT"));
        Assert.Null(await client.ReadLineAsync());
        await _listener!.StopAcceptingAsync();
        Assert.Equal(0, await _listener.DrainAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(_log.Lines, line => line.Contains(" as alice@example.org over TLS 1.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ForgetsTheLoginAndTheTransaction()
    {
        await using var client = await ConnectAsync();
        await EhloAsync(client);
        Assert.StartsWith("334 ", await client.AskAsync("AUTH STEPS ZmluYWw="), StringComparison.Ordinal);
        Assert.StartsWith("235 ", await client.AskAsync(""), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await client.AskAsync("MAIL FROM:<alice@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await client.AskAsync("RCPT TO:<alice@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("220 ", await client.AskAsync("STARTTLS"), StringComparison.Ordinal);
        await client.SecureAsync();
        Assert.Equal("503 5.5.1 Send HELO or EHLO first", await client.AskAsync("RCPT TO:<alice@example.org>"));
        await EhloAsync(client);
        Assert.Equal("503 5.5.1 Send MAIL first", await client.AskAsync("RCPT TO:<alice@example.org>"));
        Assert.Equal("503 5.5.1 Send MAIL first", await client.AskAsync("DATA"));

        // The login is gone too: a second one is not too many, and no address is held against the client.
        Assert.StartsWith("250 ", await client.AskAsync("MAIL FROM:<somebody@else.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await client.AskAsync("RCPT TO:<alice@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("354 ", await client.AskAsync("DATA"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await client.AskAsync("text\r\n."), StringComparison.Ordinal);
        var origin = Assert.Single(_server.Intake.Messages).Envelope.Origin;
        Assert.Equal("ESMTPS", origin.Protocol);
        Assert.Null(origin.Submitter);
    }

    // CVE-2011-0411 and its like: what came in the clear is never acted on.
    [Theory]
    [InlineData("NOOP\r\n")]
    [InlineData("EHLO evil.example\r\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<alice@example.org>\r\n")]
    [InlineData("half a line")]
    public async Task ServesNobodyWhoTalksOn(string injected)
    {
        await using var client = new MemoryClient(_server.NewService());
        await client.SendAsync("HELO client.example\r\n");
        await client.SendAsync("STARTTLS\r\n" + injected);
        Assert.Equal("220 mx.example.org ESMTP Merpati", await client.ReadLineAsync());
        Assert.Equal("250 mx.example.org", await client.ReadLineAsync());
        Assert.Equal("421 4.7.0 You do not wait for your turn", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());
        Assert.Empty(_server.Directory.Questions);
    }

    // The same over a socket, in one segment with the command and in the next: no answer but one refusal, if it still arrives before the reset.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ActsOnNothingThatCameInTheClear(bool later)
    {
        const string Injected = "EHLO evil.example\r\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<alice@example.org>\r\n";
        await using var client = await ConnectAsync();
        await EhloAsync(client);
        await client.SendAsync("STARTTLS\r\n" + (later ? "" : Injected));
        if (later) _ = await Record.ExceptionAsync(() => client.SendAsync(Injected)); // the server may have closed by then
        var said = new List<string>();
        while (await client.ReadLineAsync() is { } line) said.Add(line);
        Assert.DoesNotContain(said, line => line.StartsWith("250", StringComparison.Ordinal));
        Assert.Empty(_server.Directory.Questions);
    }

    [Fact]
    public async Task EndsWhenTheHandshakeFails()
    {
        await using var client = await ConnectAsync();
        await EhloAsync(client);
        Assert.Equal("220 2.0.0 Ready to start TLS", await client.AskAsync("STARTTLS"));
        await client.SendAsync("EHLO evil.example\r\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<alice@example.org>\r\n");
        while (await client.ReadLineAsync() is { } line) Assert.DoesNotContain("250", line, StringComparison.Ordinal);
        await _listener!.StopAcceptingAsync();
        Assert.Equal(0, await _listener.DrainAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(_log.Lines, line => line.Contains("ended: tls-failed", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.StartsWith("TLS with 127.0.0.1 came to nothing: ", StringComparison.Ordinal));
        Assert.Empty(_server.Directory.Questions);
    }

    [Fact]
    public async Task WantsAGreetingAndNoArgument()
    {
        await using var client = await ConnectAsync();
        Assert.Equal("503 5.5.1 Send HELO or EHLO first", await client.AskAsync("STARTTLS"));
        Assert.Equal("250 mx.example.org", await client.AskAsync("HELO x"));
        Assert.Equal("501 5.5.4 This command takes no argument", await client.AskAsync("STARTTLS now"));
        Assert.Equal("250 2.0.0 Ok", await client.AskAsync("NOOP"));
    }

    [Fact]
    public async Task OpensASubmissionListenerThatIsClosedWithoutIt()
    {
        await _listener!.DisposeAsync();
        await ListenAsync(new SmtpServiceOptions { HostName = "mx.example.org", RequireTls = TlsRequirement.Always, Role = SmtpRole.Submission });
        await using var client = await ConnectAsync();
        Assert.DoesNotContain(await EhloAsync(client), line => line.StartsWith("AUTH", StringComparison.Ordinal));
        Assert.Equal("530 5.7.0 Must issue a STARTTLS command first", await client.AskAsync("MAIL FROM:<alice@example.org>"));
        Assert.StartsWith("220 ", await client.AskAsync("STARTTLS"), StringComparison.Ordinal);
        await client.SecureAsync();
        Assert.Contains("AUTH STEPS PLAIN LOGIN", await EhloAsync(client));
        Assert.Equal("530 5.7.0 Authentication required", await client.AskAsync("MAIL FROM:<alice@example.org>"));
        Assert.StartsWith("235 ", await client.AskAsync("AUTH PLAIN AGFsaWNlAHNlY3JldA=="), StringComparison.Ordinal);
        Assert.Equal("250 2.1.0 Sender ok", await client.AskAsync("MAIL FROM:<alice@example.org>"));
    }

    [Fact]
    public Task IsNotThereWithoutACertificate() => new TestServer().PlayAsync("C: STARTTLS\nS: 502 5.5.1 Command not implemented" + TestServer.Bye);

    private static async Task<List<string>> EhloAsync(StreamClient client)
    {
        await client.SendAsync("EHLO client.example\r\n");
        var reply = await client.ReadReplyAsync();
        return [.. reply!.Select(line => line[4..])];
    }

    private async ValueTask ListenAsync(SmtpServiceOptions options)
    {
        var tls = new TlsServer(new TlsServerOptions { Certificates = _certificate });
        _server = new TestServer { Options = options, Loggers = _log, NewPartners = partners => partners with { Sasl = _sasl, Tls = tls } };
        var surroundings = new ListenerSurroundings(new ConnectionLimits(100, 100), _heartbeat, TimeProvider.System, _log);
        _listener = await ConnectionListener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), _server.NewService(), surroundings);
    }

    private async Task<StreamClient> ConnectAsync()
    {
        var client = await StreamClient.ConnectAsync(_listener!.EndPoint);
        Assert.Equal("220 mx.example.org ESMTP Merpati", await client.ReadLineAsync());
        return client;
    }
}
