using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace Merpati.Wire.Tests;

/// <summary>A session that waits for something else than its peer learns when nobody is left to wait for.</summary>
public sealed class WaitTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly FakeTime _time = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Heartbeat _heartbeat;
    private readonly WireConnection _connection;

    public WaitTests()
    {
        _heartbeat = new Heartbeat(_time);
        _connection = new WireConnection(new Duplex(new Pipe().Reader, new Pipe().Writer), new ConnectionEnds(null, null), 100, _heartbeat, () => { }) { PeerEnded = _ended.Token };
    }

    public void Dispose()
    {
        _heartbeat.Dispose();
        _ended.Dispose();
    }

    [Fact]
    public async Task AWaitEndsTenHeartbeatsAfterThePeer()
    {
        var wait = _connection.BeginWait();
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(wait.IsCancellationRequested);
        await _ended.CancelAsync();
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(wait.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));
        await CancelledAsync(wait);
    }

    [Fact]
    public async Task EachWaitHasItsOwnPatience()
    {
        await _ended.CancelAsync();
        for (var i = 0; i < 5; i++)
        {
            var wait = _connection.BeginWait();
            _time.Advance(TimeSpan.FromSeconds(9));
            Assert.False(wait.IsCancellationRequested);
            _connection.EndWait();
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.False(wait.IsCancellationRequested);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStopOrACutEndsAWaitAtOnce(bool drains)
    {
        var wait = _connection.BeginWait();
        if (drains) _connection.BeginDrain();
        else _connection.Abort();
        await CancelledAsync(wait);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AWaitThatBeginsAfterAStopOrACutEndsAtOnce(bool drains)
    {
        if (drains) _connection.BeginDrain();
        else _connection.Abort();
        Assert.True(_connection.BeginWait().IsCancellationRequested);
        _connection.EndWait();
        Assert.True(_connection.BeginWait().IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ASocketSaysThatItsPeerHasEnded(bool resets)
    {
        var service = new WaitingService();
        var surroundings = new ListenerSurroundings(new ConnectionLimits(10, 10), _heartbeat, _time, NullLoggerFactory.Instance);
        await using var listener = await ConnectionListener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), service, surroundings);
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.EndPoint);
        await service.Waits.Task.WaitAsync(Bound);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(service.Left.Task.IsCompleted);
        if (resets) peer.LingerState = new LingerOption(enable: true, seconds: 0);
        peer.Dispose();

        // When the end arrives here is the system's to say; from then on ten heartbeats do.
        var left = service.Left.Task.WaitAsync(Bound);
        while (!left.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await left;
    }

    // The token is cancelled from another thread.
    private static async Task CancelledAsync(CancellationToken wait)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = wait.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(Bound, CancellationToken.None); // a real clock's bound: a test that fails does not hang
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class WaitingService : IConnectionService
    {
        public TaskCompletionSource Waits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int MaxLineLength => 100;

        public async Task ServeAsync(WireConnection connection)
        {
            var wait = connection.BeginWait();
            Waits.SetResult();
            await CancelledAsync(wait);
            Left.SetResult();
        }

        public ReadOnlyMemory<byte> Refusal(Admission reason) => default;
    }
}
