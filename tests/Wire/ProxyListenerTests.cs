using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Merpati.Wire.Tests.Tls;
using Merpati.Wire.Tls;
using Microsoft.Extensions.Logging;

namespace Merpati.Wire.Tests;

/// <summary>The PROXY protocol over real sockets; the load balancers are at 127.0.0.2, everybody else is elsewhere.</summary>
public sealed class ProxyListenerTests : IAsyncDisposable, ILoggerFactory, ILogger
{
    private const string Header = "PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly IPAddress Trusted = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Stranger = IPAddress.Parse("127.0.0.3");

    private readonly FakeTime _time = new();
    private readonly Heartbeat _heartbeat;
    private readonly CommandService _service = new(null);
    private readonly ConcurrentQueue<string> _log = new();
    private readonly List<ConnectionListener> _listeners = [];
    private ConnectionLimits _limits = new(overall: 100, perAddress: 100);

    public ProxyListenerTests() => _heartbeat = new Heartbeat(_time);

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners) await listener.DisposeAsync();
        _heartbeat.Dispose();
    }

    [Fact]
    public async Task TakesTheClientFromATrustedHeaderAndLosesNothingAfterIt()
    {
        var listener = await ListenAsync();
        using var socket = await ConnectAsync(listener, Trusted);
        await SendAsync(socket, Header + "one\r\nquit\r\n");
        Assert.Equal("hello\r\nplain one\r\n", await ReadToEndAsync(socket));
        Assert.Equal("192.0.2.1:40000", _service.Ends!.Remote!.ToString());
        Assert.Equal("198.51.100.1:25", _service.Ends.Local!.ToString());
        Assert.Equal(Trusted, _service.Ends.Proxy!.Address);
        Assert.False(_service.Ends.IsLoopback);
        await UntilAsync(() => _limits.Count == 0);
    }

    [Fact]
    public async Task TakesAHeaderThatComesOctetByOctet()
    {
        var listener = await ListenAsync();
        using var socket = await ConnectAsync(listener, Trusted);
        socket.NoDelay = true;
        foreach (var octet in Header + "quit\r\n") await SendAsync(socket, octet.ToString());
        Assert.Equal("hello\r\n", await ReadToEndAsync(socket));
        Assert.Equal("192.0.2.1:40000", _service.Ends!.Remote!.ToString());
    }

    [Fact]
    public async Task SaysNothingBeforeTheHeader()
    {
        var listener = await ListenAsync();
        using var socket = await ConnectAsync(listener, Trusted);
        await UntilAsync(() => _limits.Count == 1);
        Assert.Equal(0, socket.Available);
        Assert.Null(_service.Ends);
    }

    [Fact]
    public async Task LooksForNoHeaderFromAnybodyElse()
    {
        var listener = await ListenAsync();
        using var socket = await ConnectAsync(listener, Stranger);
        await SendAsync(socket, Header + "quit\r\n");
        Assert.Equal("hello\r\nplain " + Header, await ReadToEndAsync(socket)); // a command like any other
        Assert.Equal(Stranger, _service.Ends!.RemoteAddress);
        Assert.Null(_service.Ends.Proxy);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00")]
    public async Task ServesTheLoadBalancerItself(string header)
    {
        var listener = await ListenAsync();
        using var socket = await ConnectAsync(listener, Trusted);
        await SendAsync(socket, header + "quit\r\n");
        Assert.Equal("hello\r\n", await ReadToEndAsync(socket));
        Assert.Equal(Trusted, _service.Ends!.RemoteAddress);
    }

    [Theory]
    [InlineData("EHLO client\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 40000\r\n")]
    [InlineData("PROXY TCP4 0.0.0.0 198.51.100.1 40000 25\r\n")]
    public async Task ClosesOnWhatIsNoHeader(string header)
    {
        var listener = await ListenAsync();
        using var socket = await ConnectAsync(listener, Trusted);
        await SendAsync(socket, header);
        Assert.Equal("", await ReadToEndAsync(socket));
        await UntilAsync(() => _limits.Count == 0);
        Assert.Contains("closed a connection from the load balancer 127.0.0.2", Assert.Single(_log), StringComparison.Ordinal);
        Assert.Null(_service.Ends);
    }

    [Fact]
    public async Task ClosesOnAHeaderThatIsLate()
    {
        var listener = await ListenAsync();
        using var socket = await ConnectAsync(listener, Trusted);
        await SendAsync(socket, Header[..10]);
        await UntilAsync(() => _limits.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, _limits.Count);
        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(2)); // again and again: when the wait began nobody outside knows
            return _limits.Count == 0;
        });
        Assert.Equal("", await ReadToEndAsync(socket));
        Assert.Contains("did not come in time", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CountsTheClientsOfALoadBalancerEachForHimself()
    {
        _limits = new ConnectionLimits(overall: 4, perAddress: 1);
        var listener = await ListenAsync();
        using var first = await ConnectAsync(listener, Trusted);
        using var second = await ConnectAsync(listener, Trusted);
        using var same = await ConnectAsync(listener, Trusted);
        await SendAsync(first, Header);
        Assert.Equal("hello\r\n", await ReadAsync(first, 7));
        await SendAsync(second, Header.Replace("192.0.2.1", "192.0.2.2", StringComparison.Ordinal));
        Assert.Equal("hello\r\n", await ReadAsync(second, 7));
        await SendAsync(same, Header);
        Assert.Equal("AddressFull\r\n", await ReadToEndAsync(same));
        await UntilAsync(() => _limits.Count == 2);
        await SendAsync(first, "quit\r\n");
        await ReadToEndAsync(first);
        await UntilAsync(() => _limits.Count == 1);
        using var again = await ConnectAsync(listener, Trusted);
        await SendAsync(again, Header);
        Assert.Equal("hello\r\n", await ReadAsync(again, 7));
    }

    [Fact]
    public async Task ReadsTheHeaderBeforeTls()
    {
        using var folder = new CertificateFolder();
        using var certificates = folder.Read(folder.Make("a", "a.test"));
        var listener = await ListenAsync(new TlsServer(new TlsServerOptions { Certificates = certificates }));
        using var socket = await ConnectAsync(listener, Trusted);
        await SendAsync(socket, Header);
        await using var stream = new SslStream(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(WiredPeer.Trusting()).WaitAsync(Patience);
        await stream.WriteAsync("quit\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        Assert.Equal("hello\r\n", await reader.ReadToEndAsync().WaitAsync(Patience));
        Assert.Equal("192.0.2.1:40000", _service.Ends!.Remote!.ToString());
    }

    [Theory]
    [InlineData("10.0.0.1", "127.0.0.1", false)]
    [InlineData("10.0.0.1", "::ffff:127.0.0.1", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("10.0.0.1", "0.0.0.0", false)]
    [InlineData("127.0.0.1", "::", false)]
    [InlineData("10.0.0.1", "192.0.2.1", true)]
    public async Task LetsNobodyPassForThisMachine(string proxy, string client, bool good)
    {
        var pipe = new System.IO.Pipelines.Pipe();
        var ends = new ConnectionEnds(new IPEndPoint(IPAddress.Parse(proxy), 1), new IPEndPoint(IPAddress.Loopback, 25));
        var connection = new WireConnection(new Duplex(pipe.Reader, new System.IO.Pipelines.Pipe().Writer), ends, 100, _heartbeat, () => { });
        var kind = client.Contains(':', StringComparison.Ordinal) ? "TCP6" : "TCP4";
        var local = kind == "TCP6" ? "::1" : "127.0.0.1";
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes($"PROXY {kind} {client} {local} 1 2\r\n"));
        var fault = await connection.ReadProxyHeaderAsync(Patience);
        Assert.Equal(good, fault is null);
        Assert.Equal(good ? client : proxy, connection.Ends.Remote!.Address.ToString());
        Assert.Equal(proxy == "127.0.0.1", connection.Ends.IsLoopback);
    }

    void ILoggerFactory.AddProvider(ILoggerProvider provider)
    {
    }

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void IDisposable.Dispose()
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _log.Enqueue(formatter(state, exception));

    private static async Task<Socket> ConnectAsync(ConnectionListener listener, IPAddress from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(listener.EndPoint);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text));

    private static Task<string> ReadToEndAsync(Socket socket) => ReadAsync(socket, 10_000);

    private static async Task<string> ReadAsync(Socket socket, int length)
    {
        var octets = new byte[length];
        var got = 0;
        while (got < length && await socket.ReceiveAsync(octets.AsMemory(got)).AsTask().WaitAsync(Patience) is var read and > 0) got += read;
        return Encoding.Latin1.GetString(octets, 0, got);
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

    private async Task<ConnectionListener> ListenAsync(TlsServer? tls = null)
    {
        var proxy = new ProxyProtocol { Trusted = [IPNetwork.Parse("127.0.0.2/32"), IPNetwork.Parse("2001:db8::/32")] };
        var surroundings = new ListenerSurroundings(_limits, _heartbeat, _time, this);
        var listener = await ConnectionListener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), _service, surroundings, new ListenerOptions { ImplicitTls = tls, Proxy = proxy });
        _listeners.Add(listener);
        return listener;
    }

    private sealed record Duplex(System.IO.Pipelines.PipeReader Input, System.IO.Pipelines.PipeWriter Output) : System.IO.Pipelines.IDuplexPipe;
}
