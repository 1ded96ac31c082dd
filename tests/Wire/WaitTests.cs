using System.IO.Pipelines;
using Merpati.Transcripts;
using Merpati.Wire.Connections;

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
    public async Task AWaitEndsThreeHeartbeatsAfterThePeer()
    {
        var wait = _connection.BeginWait();
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(wait.IsCancellationRequested);
        await _ended.CancelAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
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
            _time.Advance(TimeSpan.FromSeconds(2));
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

    // The token is cancelled from another thread.
    private static async Task CancelledAsync(CancellationToken wait)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = wait.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(Bound, CancellationToken.None);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
