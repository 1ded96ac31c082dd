using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace Merpati.Wire.Tests;

/// <summary>The listener over real sockets; the clock stands still unless a test moves it.</summary>
public sealed class ConnectionListenerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTime _time = new();
    private readonly Heartbeat _heartbeat;
    private readonly EchoService _service = new();
    private readonly List<ConnectionListener> _listeners = [];
    private ConnectionLimits _limits = new(overall: 100, perAddress: 100);

    public ConnectionListenerTests() => _heartbeat = new Heartbeat(_time);

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners) await listener.DisposeAsync();
        _heartbeat.Dispose();
    }

    [Fact]
    public async Task ServesSeveralConnectionsAtOnce()
    {
        var listener = await ListenAsync();
        using var first = await Peer.ConnectAsync(listener);
        using var second = await Peer.ConnectAsync(listener);
        await second.SendAsync("two\r\n");
        Assert.Equal("hello\r\ntwo\r\n", await second.ReadAsync(12));
        await first.SendAsync("one\r\n");
        Assert.Equal("hello\r\none\r\n", await first.ReadAsync(12));
        await first.SendAsync("quit\r\n");
        Assert.Equal("", await first.ReadToEndAsync());
    }

    [Fact]
    public async Task TurnsAwayTheConnectionThatIsOneTooManyOverall()
    {
        _limits = new ConnectionLimits(overall: 1, perAddress: 1);
        var listener = await ListenAsync();
        using (var first = await Peer.ConnectAsync(listener))
        {
            await first.ReadAsync(7);
            using var second = await Peer.ConnectAsync(listener);
            Assert.Equal("ServerFull\r\n", await second.ReadToEndAsync());
            await first.SendAsync("quit\r\n");
            Assert.Equal("", await first.ReadToEndAsync());
        }

        await _service.Ended.WaitAsync(Patience);
        await UntilAsync(() => _limits.Count == 0);
        using var third = await Peer.ConnectAsync(listener);
        Assert.Equal("hello\r\n", await third.ReadAsync(7));
    }

    [Fact]
    public async Task TurnsAwayTheConnectionThatIsOneTooManyFromItsAddress()
    {
        _limits = new ConnectionLimits(overall: 10, perAddress: 1);
        var listener = await ListenAsync();
        var other = await ListenAsync(); // limits are shared between listeners
        using var first = await Peer.ConnectAsync(listener);
        Assert.Equal("hello\r\n", await first.ReadAsync(7));
        using var second = await Peer.ConnectAsync(other);
        Assert.Equal("AddressFull\r\n", await second.ReadToEndAsync());
        using var elsewhere = await Peer.ConnectAsync(listener, IPAddress.Parse("127.0.0.9"));
        Assert.Equal("hello\r\n", await elsewhere.ReadAsync(7));
    }

    [Fact]
    public async Task EndsIdleSessionsWhenItStops()
    {
        var listener = await ListenAsync();
        using var peer = await Peer.ConnectAsync(listener);
        Assert.Equal("hello\r\n", await peer.ReadAsync(7));
        await listener.StopAcceptingAsync();
        Assert.Equal(0, await listener.DrainAsync(TimeSpan.FromMinutes(1)).WaitAsync(Patience));
        Assert.Equal("draining\r\n", await peer.ReadToEndAsync());
        await Assert.ThrowsAnyAsync<SocketException>(() => Peer.ConnectAsync(listener));
    }

    [Fact]
    public async Task LetsABusySessionFinishAndThenCutsIt()
    {
        _service.MayDrain = false;
        var listener = await ListenAsync();
        using var finishing = await Peer.ConnectAsync(listener);
        using var stuck = await Peer.ConnectAsync(listener);
        Assert.Equal("hello\r\n", await finishing.ReadAsync(7));
        Assert.Equal("hello\r\n", await stuck.ReadAsync(7));
        await listener.StopAcceptingAsync();
        var drained = listener.DrainAsync(TimeSpan.FromSeconds(20));
        await finishing.SendAsync("last\r\nquit\r\n");
        Assert.Equal("last\r\n", await finishing.ReadToEndAsync());
        Assert.False(drained.IsCompleted);
        await UntilAsync(() => _limits.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(1, await drained.WaitAsync(Patience));
        Assert.Equal(0, _limits.Count);
    }

    [Fact]
    public async Task CutsAConnectionThatSaysNothingForTooLong()
    {
        var listener = await ListenAsync();
        using var peer = await Peer.ConnectAsync(listener);
        Assert.Equal("hello\r\n", await peer.ReadAsync(7));
        _time.Advance(EchoService.Timeout + TimeSpan.FromSeconds(2));
        Assert.Equal("timed out\r\n", await peer.ReadToEndAsync());
        await UntilAsync(() => _limits.Count == 0);
    }

    // The socket's buffers, the transport's and ours are full: nothing we wrote will ever arrive, so waiting for it must end.
    [Fact]
    public async Task CutsAClientThatNeverReads()
    {
        _service.Repeat = 200;
        var listener = await ListenAsync();
        using var peer = await Peer.ConnectAsync(listener, receiveBuffer: 4096);
        var line = new string('x', 1_000) + "\r\n";
        using var enough = new CancellationTokenSource();
        var sending = SendForEverAsync(peer, line, enough.Token);
        await UntilAsync(() =>
        {
            _time.Advance(EchoService.Timeout + TimeSpan.FromSeconds(2));
            return _limits.Count == 0;
        });
        await enough.CancelAsync();
        await sending;
    }

    [Fact]
    public async Task ClosesInTheEndOnAClientThatNeverReadsTheLastWords()
    {
        _service.Repeat = 40_000; // less than the pipe to the socket holds back, more than the socket takes
        var listener = await ListenAsync();
        using var peer = await Peer.ConnectAsync(listener, receiveBuffer: 4096);
        await peer.SendAsync("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\nquit\r\n");
        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(7));
            return _limits.Count == 0;
        });
    }

    [Fact]
    public async Task GoesOnAfterASessionThatThrew()
    {
        var listener = await ListenAsync();
        using var peer = await Peer.ConnectAsync(listener);
        await peer.SendAsync("throw\r\n");
        await peer.ReadToTheCutAsync();
        await UntilAsync(() => _limits.Count == 0);
        using var next = await Peer.ConnectAsync(listener);
        Assert.Equal("hello\r\n", await next.ReadAsync(7));
    }

    [Fact]
    public async Task SaysWhenItsAddressIsTaken()
    {
        var listener = await ListenAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => ConnectionListener.StartAsync(listener.EndPoint, _service, Surroundings()));
    }

    private static async Task SendForEverAsync(Peer peer, string line, CancellationToken cancellation)
    {
        try
        {
            while (true) await peer.SendAsync(line, cancellation);
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException)
        {
        }
    }

    // Sockets take their own time: yields until the condition holds.
    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "waited too long");
            await Task.Yield();
        }
    }

    private ListenerSurroundings Surroundings() => new(_limits, _heartbeat, _time, NullLoggerFactory.Instance);

    private async Task<ConnectionListener> ListenAsync()
    {
        var listener = await ConnectionListener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), _service, Surroundings());
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Says hello, then every line back, several times when told to; "quit" ends it and "throw" is a bug.</summary>
    private sealed class EchoService : IConnectionService
    {
        public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool MayDrain { get; set; } = true;

        public int Repeat { get; set; } = 1;

        public Task Ended => _ended.Task;

        public int MaxLineLength => 2048;

        public ReadOnlyMemory<byte> Refusal(Admission reason) => Encoding.ASCII.GetBytes($"{reason}\r\n");

        public async Task ServeAsync(WireConnection connection)
        {
            connection.Output.Write("hello\r\n"u8);
            while (true)
            {
                var status = await connection.ReadLineAsync(Timeout, MayDrain);
                if (status == LineStatus.TimedOut) connection.Output.Write("timed out\r\n"u8);
                if (status == LineStatus.Draining) connection.Output.Write("draining\r\n"u8);
                if (status != LineStatus.Line || connection.Line.Span.SequenceEqual("quit"u8)) break;
                if (connection.Line.Span.SequenceEqual("throw"u8)) throw new InvalidOperationException("a bug");
                if (!await EchoAsync(connection)) break;
            }

            _ended.TrySetResult();
        }

        private async Task<bool> EchoAsync(WireConnection connection)
        {
            for (var i = 0; i < Repeat; i++)
            {
                connection.Output.Write(connection.Line.Span);
                connection.Output.Write("\r\n"u8);
                if (!await connection.FlushIfLargeAsync(Timeout)) return false;
            }

            return true;
        }
    }

    private sealed class Peer : IDisposable
    {
        private readonly Socket _socket;

        private Peer(Socket socket) => _socket = socket;

        public static async Task<Peer> ConnectAsync(ConnectionListener listener, IPAddress? from = null, int receiveBuffer = 0)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (receiveBuffer > 0) socket.ReceiveBufferSize = receiveBuffer;
            if (from is not null) socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(listener.EndPoint);
            return new Peer(socket);
        }

        public async Task SendAsync(string text, CancellationToken cancellation = default)
        {
            ReadOnlyMemory<byte> left = Encoding.ASCII.GetBytes(text);
            while (!left.IsEmpty) left = left[await _socket.SendAsync(left, cancellation)..];
        }

        public async Task<string> ReadAsync(int length)
        {
            var octets = new byte[length];
            var got = 0;
            while (got < length)
            {
                var read = await _socket.ReceiveAsync(octets.AsMemory(got)).AsTask().WaitAsync(Patience);
                if (read == 0) break;
                got += read;
            }

            return Encoding.ASCII.GetString(octets, 0, got);
        }

        public Task<string> ReadToEndAsync() => ReadAsync(1_000_000);

        /// <summary>Reads until the server is gone, however it went.</summary>
        public async Task ReadToTheCutAsync()
        {
            try
            {
                await ReadToEndAsync();
            }
            catch (SocketException)
            {
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
