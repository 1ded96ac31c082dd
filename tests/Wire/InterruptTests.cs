using System.IO.Pipelines;
using System.Text;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Wire.Tests;

/// <summary>Waking a session, reading counted octets, and noticing that a client did not wait.</summary>
public sealed class InterruptTests : IDisposable, IOctetSink
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly FakeTime _time = new();
    private readonly Heartbeat _heartbeat;
    private readonly Pipe _toUs = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly WireConnection _connection;
    private readonly List<byte> _octets = [];

    public InterruptTests()
    {
        _heartbeat = new Heartbeat(_time);
        _connection = new WireConnection(new Duplex(_toUs.Reader, new Pipe().Writer), new ConnectionEnds(null, null), 100, _heartbeat, () => { });
    }

    void IOctetSink.Append(ReadOnlySpan<byte> octets) => _octets.AddRange(octets);

    public void Dispose() => _heartbeat.Dispose();

    [Fact]
    public async Task EndsTheWaitThatHasBegun()
    {
        var waiting = ReadAsync();
        Assert.False(waiting.IsCompleted);
        _connection.Interrupt();
        Assert.Equal(LineStatus.Interrupted, await waiting);
        Assert.False(ReadAsync().IsCompleted);
    }

    [Fact]
    public async Task EndsTheNextWaitOnceHoweverOftenItWasAsked()
    {
        for (var i = 0; i < 5; i++) _connection.Interrupt();
        await SendAsync("line\r\n");
        Assert.Equal(LineStatus.Interrupted, await ReadAsync());
        Assert.Equal(LineStatus.Line, await ReadAsync());
        Assert.False(ReadAsync().IsCompleted);
    }

    [Fact]
    public async Task KeepsWhatHasArrivedOfALine()
    {
        var waiting = ReadAsync();
        await SendAsync("one ha");
        _connection.Interrupt();
        Assert.Equal(LineStatus.Interrupted, await waiting);
        waiting = ReadAsync();
        await SendAsync("lf, the other\r\n");
        Assert.Equal(LineStatus.Line, await waiting);
        Assert.Equal("one half, the other", Encoding.ASCII.GetString(_connection.Line.Span));
    }

    [Fact]
    public async Task WaitsForAReaderThatLetsItselfBeInterrupted()
    {
        var busy = _connection.ReadLineAsync(Timeout, mayDrain: false).AsTask();
        _connection.Interrupt();
        Assert.False(busy.IsCompleted);
        await SendAsync("line\r\n");
        Assert.Equal(LineStatus.Line, await busy);
        Assert.Equal(LineStatus.Interrupted, await ReadAsync());
    }

    [Fact]
    public async Task DoesNotDisturbTextAndOctets()
    {
        var octets = _connection.ReadOctetsAsync(this, 3, Timeout, minOctets: 1).AsTask();
        _connection.Interrupt();
        await SendAsync("abc");
        Assert.Equal(LineStatus.Line, await octets);
        Assert.Equal(LineStatus.Interrupted, await ReadAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(17)]
    public async Task ReadsSoManyOctetsAndNotOneMore(int count)
    {
        const string Sent = "\r\n.\r\n\0\nQUIT\r\n12345";
        var every = string.Concat(Sent, "\r\nnext\r\n");
        for (var cut = 0; cut <= every.Length; cut++)
        {
            _octets.Clear();
            await SendAsync(every[..cut]);
            var reading = _connection.ReadOctetsAsync(this, count, Timeout, minOctets: 1).AsTask();
            await SendAsync(every[cut..]);
            Assert.Equal(LineStatus.Line, await reading);
            Assert.Equal(every[..count], Encoding.ASCII.GetString([.. _octets]));
            while (Encoding.ASCII.GetString(_connection.Line.Span) != "next") Assert.Equal(LineStatus.Line, await ReadAsync());
            await SendAsync("x\r\n");
            Assert.Equal(LineStatus.Line, await ReadAsync());
            Assert.Equal("x", Encoding.ASCII.GetString(_connection.Line.Span));
        }
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public async Task WantsSoManyOctetsInEachStretchOfTime(int octets, bool enough)
    {
        var reading = _connection.ReadOctetsAsync(this, 1000, Timeout, minOctets: 100).AsTask();
        for (var stretch = 0; stretch < 3; stretch++)
        {
            _time.Advance(Timeout - TimeSpan.FromSeconds(2));
            await SendAsync(new string('x', octets));
        }

        Assert.Equal(enough, !reading.IsCompleted);
        await SendAsync(new string('y', 1000));
        Assert.Equal(enough ? LineStatus.Line : LineStatus.TimedOut, await reading);
    }

    [Fact]
    public async Task NoticesThatThePeerIsGoneBeforeTheLastOctet()
    {
        await SendAsync("abc");
        await _toUs.Writer.CompleteAsync();
        Assert.Equal(LineStatus.Closed, await _connection.ReadOctetsAsync(this, 4, Timeout, minOctets: 1));
        Assert.Equal(3, _octets.Count);
    }

    [Fact]
    public async Task SeesThatAClientDidNotWait()
    {
        Assert.False(_connection.HasBufferedInput);
        await SendAsync("one\r\ntw");
        Assert.True(_connection.HasBufferedInput);
        Assert.Equal(LineStatus.Line, await ReadAsync());
        Assert.Equal("one", Encoding.ASCII.GetString(_connection.Line.Span));
        Assert.True(_connection.HasBufferedInput);
        var waiting = ReadAsync();
        await SendAsync("o\r\n");
        Assert.Equal(LineStatus.Line, await waiting);
        Assert.Equal("two", Encoding.ASCII.GetString(_connection.Line.Span));
        Assert.False(_connection.HasBufferedInput);
        await _toUs.Writer.CompleteAsync();
        Assert.False(_connection.HasBufferedInput);
        Assert.Equal(LineStatus.Closed, await ReadAsync());
    }

    [Fact]
    public async Task LooksAtWhatHasComeWithoutSpoilingADrain()
    {
        _connection.BeginDrain();
        _connection.Interrupt();
        Assert.False(_connection.HasBufferedInput);
        Assert.Equal(LineStatus.Interrupted, await ReadAsync());
        Assert.Equal(LineStatus.Draining, await ReadAsync());
    }

    private Task<LineStatus> ReadAsync() => _connection.ReadLineAsync(Timeout, mayDrain: true, mayInterrupt: true).AsTask();

    private async Task SendAsync(string text) => await _toUs.Writer.WriteAsync(Encoding.ASCII.GetBytes(text));

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
