using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Merpati.Wire.Tls;

namespace Merpati.Wire.Tests.Tls;

public sealed class StartTlsTests : IDisposable
{
    private const string Injected = "starttls\r\nevil\r\nmore evil\r\n";

    private readonly CertificateFolder _folder = new();
    private readonly PemCertificates _certificates;
    private readonly CommandService _service;

    public StartTlsTests()
    {
        _certificates = _folder.Read(_folder.Make("mail", "mail.test"));
        _service = Service();
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task GoesOverToTlsInTheMiddle(SslProtocols protocol)
    {
        await using var peer = new WiredPeer(_service);
        Assert.Equal("hello", await peer.ReadLineAsync());
        Assert.Equal("plain before", await peer.AskAsync("before"));
        await peer.SendAsync("starttls\r\n");
        Assert.Equal("go", await peer.ReadLineAsync());
        await peer.ShakeHandsAsync(WiredPeer.Trusting(protocols: protocol));
        Assert.Equal("tls after", await peer.AskAsync("after"));
        Assert.Equal("mail.test", await peer.AskAsync("name"));
        Assert.Equal(protocol, _service.Session!.Protocol);
        Assert.Equal(peer.Secured.NegotiatedCipherSuite, _service.Session.CipherSuite);
        Assert.Equal("nobody", await peer.AskAsync("who"));
        await peer.SendAsync("one\r\ntwo\r\nquit\r\n");
        Assert.Equal("tls one", await peer.ReadLineAsync());
        Assert.Equal("tls two", await peer.ReadLineAsync());
        Assert.Null(await peer.ReadLineAsync());
    }

    // RFC 3207 §4.2, §5; CVE-2011-0411 and its like.
    [Fact]
    public async Task NeverActsOnWhatCameBeforeTheHandshakeHoweverItWasCut()
    {
        for (var cut = 1; cut <= Injected.Length; cut++)
        {
            var service = Service();
            await using var peer = new WiredPeer(service);
            Assert.Equal("hello", await peer.ReadLineAsync());
            await peer.SendAsync(Injected[..cut]);
            if (cut < Injected.Length) await peer.SendAsync(Injected[cut..]);
            Assert.Equal("go", await peer.ReadLineAsync());
            try
            {
                await peer.ShakeHandsAsync();
                Assert.Equal("tls good", await peer.AskAsync("good"));
            }
            catch (Exception refused) when (refused is AuthenticationException or IOException)
            {
                Assert.NotNull(await service.Failed); // it came too late to be forgotten and spoiled the handshake, which is as good
            }

            Assert.DoesNotContain(service.Lines, line => line.Contains("evil", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("starttls\r\nev", "il\r\n", "tls il")]
    [InlineData("starttls\r\nevil\r\nevil\r\n", "noop\r\n", "tls noop")]
    public async Task BeginsTheFirstLineAnew(string before, string first, string answer)
    {
        await using var peer = new WiredPeer(_service);
        Assert.Equal("hello", await peer.ReadLineAsync());
        await peer.SendAsync(before);
        Assert.Equal("go", await peer.ReadLineAsync());
        await peer.ShakeHandsAsync();
        await peer.SendAsync(first);
        Assert.Equal(answer, await peer.ReadLineAsync());
        Assert.Equal(2, _service.Lines.Count);
    }

    [Fact]
    public async Task CutsAHandshakeThatStalls()
    {
        foreach (var sent in new byte[][] { [], [0x16], [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] })
        {
            var service = Service();
            await using var peer = new WiredPeer(service);
            Assert.Equal("hello", await peer.ReadLineAsync());
            await peer.SendAsync("starttls\r\n");
            Assert.Equal("go", await peer.ReadLineAsync());
            for (var second = 0; second < 10; second++)
            {
                Assert.False(peer.Served.IsCompleted);
                if (second < sent.Length) await peer.SendPlainAsync(sent.AsMemory(second, 1));
                peer.Time.Advance(TimeSpan.FromSeconds(1));
            }

            peer.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("the handshake took too long", await service.Failed);
            Assert.Equal("", Encoding.Latin1.GetString(await peer.ReadPlainToEndAsync()));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: mail.test\r\n\r\n")]
    [InlineData("EHLO evil\r\nMAIL FROM:<a@b.test>\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("\x16\x03\x01\xFF\xFF\x01\x00\x00\x00")]
    [InlineData("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00")]
    [InlineData("\x80\x2E\x01\x03\x01\x00\x15\x00\x00\x00\x10")]
    public async Task EndsOnWhatIsNoHandshakeAndSaysNothingInTheClear(string garbage)
    {
        await using var peer = new WiredPeer(_service);
        Assert.Equal("hello", await peer.ReadLineAsync());
        await peer.SendAsync("starttls\r\n");
        Assert.Equal("go", await peer.ReadLineAsync());
        await peer.SendAsync(garbage);
        await peer.HangUpAsync();
        Assert.NotEqual("", await _service.Failed);
        var said = Encoding.Latin1.GetString(await peer.ReadPlainToEndAsync());
        Assert.DoesNotContain("clear", said, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP", said, StringComparison.Ordinal);
        Assert.InRange(said.Length, 0, 7); // an alert at most
        Assert.Equal(["starttls"], _service.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "pop3")]
    [InlineData(true, "h2", "pop3")]
    [InlineData(false, "http/1.1")]
    [InlineData(false, "h2", "imap", "POP3")]
    public async Task RefusesClientsThatCameForAnotherProtocol(bool served, params string[] offered)
    {
        var options = WiredPeer.Trusting();
        if (offered.Length > 0) options.ApplicationProtocols = [.. offered.Select(name => new SslApplicationProtocol(name))];
        await using var peer = new WiredPeer(_service);
        if (!served)
        {
            await Assert.ThrowsAsync<AuthenticationException>(() => peer.SecureAsync(options));
            Assert.NotNull(await _service.Failed);
            return;
        }

        await peer.SecureAsync(options);
        Assert.Equal(offered.Length > 0 ? "pop3" : "", peer.Secured.NegotiatedApplicationProtocol.ToString());
        Assert.Equal("tls yes", await peer.AskAsync("yes"));
    }

    [Fact]
    public async Task SaysThatItCloses()
    {
        await using var peer = new WiredPeer(_service);
        await peer.SecureAsync(WiredPeer.Trusting(protocols: SslProtocols.Tls12));
        await peer.SendAsync("quit\r\n");
        var last = await peer.ReadPlainToEndAsync();
        Assert.Equal(0x15, last[0]); // an alert is all that follows, close_notify: RFC 5246 §7.2.1
        Assert.Equal(last.Length - 5, last[4]);
    }

    [Fact]
    public async Task FailsInPeaceOnEveryDamagedHandshake()
    {
        var toPeer = new Pipe();
        using var client = new SslStream(new PipeStream(new Pipe().Reader, toPeer.Writer));
        _ = client.AuthenticateAsClientAsync(WiredPeer.Trusting());
        var hello = (await toPeer.Reader.ReadAsync()).Buffer.ToArray();
        for (var round = 0; round < 400; round++)
        {
            byte[] damaged = [.. hello];
            foreach (var at in RandomNumberGenerator.GetItems<int>([.. Enumerable.Range(1, hello.Length - 1)], 1 + (round % 4))) damaged[at] = (byte)RandomNumberGenerator.GetInt32(256);
            var service = Service();
            await using var peer = new WiredPeer(service);
            await peer.SendAsync("starttls\r\n");
            Assert.Equal("hello", await peer.ReadLineAsync());
            Assert.Equal("go", await peer.ReadLineAsync());
            await peer.SendPlainAsync(damaged);
            await peer.HangUpAsync();
            Assert.NotEqual("", await service.Failed);
            await peer.Served.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task RefusesASecondHandshakeInside()
    {
        await using var peer = new WiredPeer(_service);
        await peer.SecureAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => peer.Connection.SecureAsync(Server()).AsTask());
    }

    private TlsServer Server() => new(new TlsServerOptions { Certificates = _certificates, ApplicationProtocols = ["pop3"] });

    private CommandService Service() => new(Server());
}
