using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Merpati.Wire.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Merpati.Wire.Tests.Tls;

/// <summary>TLS from the first octet, over real sockets; the clock stands still unless a test moves it.</summary>
public sealed class ImplicitTlsTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CertificateFolder _folder = new();
    private readonly FakeTime _time = new();
    private readonly Heartbeat _heartbeat;
    private readonly PemCertificates _certificates;
    private readonly List<ConnectionListener> _listeners = [];
    private ConnectionLimits _limits = new(overall: 100, perAddress: 100);

    public ImplicitTlsTests()
    {
        _heartbeat = new Heartbeat(_time);
        _certificates = _folder.Read(_folder.Make("a", "a.test"), _folder.Make("b", "b.test"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners) await listener.DisposeAsync();
        _heartbeat.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ServesByTlsFromTheFirstOctet()
    {
        var listener = await ListenAsync(Server());
        using var socket = await ConnectAsync(listener);
        await using var stream = new SslStream(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(WiredPeer.Trusting("b.test")).WaitAsync(Patience);
        Assert.Equal("CN=b.test", stream.RemoteCertificate!.Subject);
        await stream.WriteAsync("one\r\nquit\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        Assert.Equal("hello\r\ntls one\r\n", await reader.ReadToEndAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task CountsAConnectionBeforeItsHandshakeAndCutsItWhenThatStalls()
    {
        _limits = new ConnectionLimits(overall: 1, perAddress: 1);
        var listener = await ListenAsync(Server());
        using var stalled = await ConnectAsync(listener);
        await UntilAsync(() => _limits.Count == 1);
        using var refused = await ConnectAsync(listener);
        Assert.Equal("", await ReadToEndAsync(refused)); // no words in the clear where TLS is spoken
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, _limits.Count);
        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(3)); // again and again: when the handshake began nobody outside knows
            return _limits.Count == 0;
        });
        Assert.Equal("", await ReadToEndAsync(stalled));
    }

    [Fact]
    public async Task EndsOnAClientThatSpeaksInTheClear()
    {
        var listener = await ListenAsync(Server());
        using var socket = await ConnectAsync(listener);
        await socket.SendAsync("EHLO there\r\nQUIT\r\n"u8.ToArray());
        Assert.DoesNotContain("hello", await ReadToEndAsync(socket), StringComparison.Ordinal);
        await UntilAsync(() => _limits.Count == 0);
    }

    [Fact]
    public async Task EndsHandshakesWhenItStops()
    {
        var listener = await ListenAsync(Server());
        using var socket = await ConnectAsync(listener);
        await UntilAsync(() => _limits.Count == 1);
        await listener.StopAcceptingAsync();
        var drained = listener.DrainAsync(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(1, await drained.WaitAsync(Patience));
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task ResumesSessionsUnderTheSameCertificateOnly(string version)
    {
        Assert.SkipUnless(OpenSslClient.IsThere, "no openssl here");
        var pop = await ListenAsync(Server());
        var ticket = Path.Combine(_folder.Path, "ticket");
        string[] onA = [version, "-servername", "a.test", "-sess_in", ticket];
        var first = await OpenSslClient.RunAsync(pop.EndPoint, "quit\n", version, "-servername", "a.test", "-sess_out", ticket);
        Assert.Contains("New, TLSv1", first, StringComparison.Ordinal);
        Assert.True(File.Exists(ticket), first);
        Assert.Contains("Reused, TLSv1", await OpenSslClient.RunAsync(pop.EndPoint, "quit\n", onA), StringComparison.Ordinal);
        Assert.Contains("New, TLSv1", await OpenSslClient.RunAsync(pop.EndPoint, "quit\n", version, "-servername", "b.test", "-sess_in", ticket), StringComparison.Ordinal);
        var foreign = await OpenSslClient.RunAsync(pop.EndPoint, "quit\n", [.. onA, "-alpn", "smtp"]);
        Assert.Contains("alert number 120", foreign, StringComparison.Ordinal); // a ticket opens no other door
        _folder.Make("a", "a.test", "renewed.test");
        Assert.True(_certificates.Refresh());
        Assert.Contains("New, TLSv1", await OpenSslClient.RunAsync(pop.EndPoint, "quit\n", onA), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1")]
    [InlineData("-tls1_1")]
    public async Task SpeaksNothingOlder(string version)
    {
        Assert.SkipUnless(OpenSslClient.IsThere, "no openssl here");
        var listener = await ListenAsync(Server());
        var said = await OpenSslClient.RunAsync(listener.EndPoint, "quit\n", version, "-cipher", "ALL:@SECLEVEL=0");
        Assert.DoesNotContain("hello", said, StringComparison.Ordinal);
        Assert.Contains("Cipher is (NONE)", said, StringComparison.Ordinal);
    }

    // RFC 7301 §3.2
    [Fact]
    public async Task SendsTheAlertForAForeignProtocol()
    {
        Assert.SkipUnless(OpenSslClient.IsThere, "no openssl here");
        var listener = await ListenAsync(Server());
        var said = await OpenSslClient.RunAsync(listener.EndPoint, "GET / HTTP/1.1\n\n", "-alpn", "http/1.1");
        Assert.Contains("alert number 120", said, StringComparison.Ordinal);
        Assert.DoesNotContain("hello", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindsToTheChannelAsOpenSslDoes()
    {
        Assert.SkipUnless(OpenSslClient.IsThere, "no openssl here");
        var listener = await ListenAsync(Server());
        var said = await OpenSslClient.RunAsync(listener.EndPoint, "binding\nquit\n", "-tls1_3", "-keymatexport", "EXPORTER-Channel-Binding", "-keymatexportlen", "32");
        const string Mark = "Keying material: ";
        var theirs = said.Substring(said.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length, 64);
        Assert.Contains("hello", said, StringComparison.Ordinal);
        Assert.Contains(theirs + " ", said.Replace(Mark, "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(" " + Convert.ToHexString(_certificates.Find(null).TargetCertificate.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256)), said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task BindsBothEndsToTheSameOctets(SslProtocols protocol)
    {
        Assert.SkipUnless(OpenSslClient.IsThere, "no openssl here");
        await using var peer = new WiredPeer(new CommandService(Server()));
        await peer.SecureAsync(WiredPeer.Trusting(protocols: protocol));
        var ours = TlsExporter.ChannelBinding(peer.Secured);
        Assert.Equal(32, ours.Length);
        Assert.StartsWith(Convert.ToHexString(ours) + " ", await peer.AskAsync("binding"), StringComparison.Ordinal);
        await using var another = new WiredPeer(new CommandService(Server()));
        await another.SecureAsync(WiredPeer.Trusting(protocols: protocol));
        Assert.NotEqual(ours, TlsExporter.ChannelBinding(another.Secured));
    }

    private static async Task<Socket> ConnectAsync(ConnectionListener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.EndPoint);
        return socket;
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var all = new List<byte>();
        var octets = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(octets.AsMemory()).AsTask().WaitAsync(Patience) is var read and > 0) all.AddRange(octets.AsSpan(0, read));
        }
        catch (SocketException)
        {
            // It was cut.
        }

        return Encoding.Latin1.GetString([.. all]);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "waited too long");
            await Task.Yield();
        }
    }

    private TlsServer Server() => new(new TlsServerOptions { Certificates = _certificates, ApplicationProtocols = ["pop3"] });

    private async Task<ConnectionListener> ListenAsync(TlsServer tls)
    {
        var surroundings = new ListenerSurroundings(_limits, _heartbeat, _time, NullLoggerFactory.Instance);
        var listener = await ConnectionListener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new CommandService(null), surroundings, new ListenerOptions { ImplicitTls = tls });
        _listeners.Add(listener);
        return listener;
    }
}
