using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Wire.Tests;

public sealed class WireConnectionTests : IDisposable
{
    private const int MayHold = 64 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly FakeTime _time = new();
    private readonly Heartbeat _heartbeat;
    private readonly Pipe _toUs = new(Inline(0));
    private readonly Pipe _toPeer = new(Inline(MayHold));
    private readonly CountingWriter _output;
    private readonly WireConnection _connection;
    private bool _aborted;

    public WireConnectionTests()
    {
        _heartbeat = new Heartbeat(_time);
        _output = new CountingWriter(_toPeer.Writer);
        _connection = new WireConnection(new Duplex(_toUs.Reader, _output), new ConnectionEnds(null, null), 100, _heartbeat, () => _aborted = true);
    }

    public void Dispose() => _heartbeat.Dispose();

    [Fact]
    public async Task SendsTheAnswersToPipelinedLinesTogether()
    {
        await SendAsync("one\r\ntwo, and longer\r\n3\r\n");
        Assert.Equal(["one", "two, and longer", "3"], [await EchoAsync(), await EchoAsync(), await EchoAsync()]);
        Assert.Equal(0, _output.Flushes);
        var waiting = _connection.ReadLineAsync(Timeout, mayDrain: true).AsTask();
        Assert.Equal(1, _output.Flushes);
        Assert.Equal("one\ntwo, and longer\n3\n", await ReceiveAsync());
        await SendAsync("4\r\n");
        Assert.Equal(LineStatus.Line, await waiting);
    }

    [Fact]
    public async Task GivesALineItsTimeAsAWhole()
    {
        var waiting = _connection.ReadLineAsync(Timeout, mayDrain: true).AsTask();
        for (var second = 0; second < 60; second += 10)
        {
            Assert.False(waiting.IsCompleted);
            await SendAsync("x");
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(LineStatus.TimedOut, await waiting);
    }

    [Fact]
    public async Task NeverTimesOutBetweenReads()
    {
        await SendAsync("one\r\n");
        Assert.Equal(LineStatus.Line, await _connection.ReadLineAsync(Timeout, mayDrain: true));
        _time.Advance(TimeSpan.FromDays(1)); // the session is at work, a commit takes long
        await SendAsync("two\r\n");
        Assert.Equal(LineStatus.Line, await _connection.ReadLineAsync(Timeout, mayDrain: true));
        Assert.Equal("two"u8.ToArray(), _connection.Line.ToArray());
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public async Task WantsSoManyOctetsOfTextInEachStretchOfTime(int octets, bool enough)
    {
        var decoder = new DotTextDecoder(new Nowhere(), BareNewlines.Refuse);
        var reading = _connection.ReadDotTextAsync(decoder, Timeout, minOctets: 100).AsTask();
        for (var stretch = 0; stretch < 3; stretch++)
        {
            _time.Advance(Timeout - TimeSpan.FromSeconds(2));
            await SendAsync(new string('x', octets));
        }

        Assert.Equal(enough, !reading.IsCompleted);
        await SendAsync("\r\n.\r\nnext\r\n");
        Assert.Equal(enough ? LineStatus.Line : LineStatus.TimedOut, await reading);
        if (!enough) return;
        Assert.Equal(LineStatus.Line, await _connection.ReadLineAsync(Timeout, mayDrain: true));
        Assert.Equal("next"u8.ToArray(), _connection.Line.ToArray());
    }

    [Fact]
    public async Task DrainsOnlyAtAMomentThatTheCallerCallsGood()
    {
        var busy = _connection.ReadLineAsync(Timeout, mayDrain: false).AsTask();
        _connection.BeginDrain();
        Assert.False(busy.IsCompleted);
        await SendAsync("last\r\nlater\r\n");
        Assert.Equal(LineStatus.Line, await busy);
        Assert.Equal(LineStatus.Line, await _connection.ReadLineAsync(Timeout, mayDrain: true)); // it was here before
        Assert.Equal(LineStatus.Draining, await _connection.ReadLineAsync(Timeout, mayDrain: true));
    }

    [Fact]
    public async Task EndsAWaitThatHasBegunWhenAskedToDrain()
    {
        var idle = _connection.ReadLineAsync(Timeout, mayDrain: true).AsTask();
        Assert.False(idle.IsCompleted);
        _connection.BeginDrain();
        Assert.Equal(LineStatus.Draining, await idle);
    }

    [Fact]
    public async Task ReadsTextToItsEndWhileTheServerStops()
    {
        var reading = _connection.ReadDotTextAsync(new DotTextDecoder(new Nowhere(), BareNewlines.Refuse), Timeout, minOctets: 1).AsTask();
        _connection.BeginDrain();
        await SendAsync("text\r\n");
        Assert.False(reading.IsCompleted);
        await SendAsync(".\r\n");
        Assert.Equal(LineStatus.Line, await reading);
    }

    [Fact]
    public async Task HoldsABoundedAmountForAPeerThatDoesNotRead()
    {
        var written = 0;
        var stuck = WriteForEverAsync();
        Assert.False(stuck.IsCompleted);
        Assert.InRange(written, MayHold, MayHold + (64 * 1024));
        _time.Advance(Timeout + TimeSpan.FromSeconds(2));
        await stuck;
        await _connection.DisposeAsync();
        Assert.True(_aborted);

        async Task WriteForEverAsync()
        {
            do
            {
                _connection.Output.Write(new byte[1000]);
                written += 1000;
            }
            while (await _connection.FlushIfLargeAsync(Timeout));
        }
    }

    [Fact]
    public async Task ClosesInPeaceOnAPeerThatReads()
    {
        _connection.Output.Write("bye"u8);
        await _connection.DisposeAsync();
        Assert.Equal("bye", await ReceiveAsync());
        Assert.False(_aborted);
    }

    [Fact]
    public async Task NoticesThatThePeerIsGone()
    {
        await SendAsync("whole\r\nhalf");
        await _toUs.Writer.CompleteAsync();
        Assert.Equal(LineStatus.Line, await _connection.ReadLineAsync(Timeout, mayDrain: false));
        Assert.Equal(LineStatus.Closed, await _connection.ReadLineAsync(Timeout, mayDrain: false));
        var decoder = new DotTextDecoder(new Nowhere(), BareNewlines.Refuse);
        Assert.Equal(LineStatus.Closed, await _connection.ReadDotTextAsync(decoder, Timeout, minOctets: 1));
    }

    [Fact]
    public async Task NoticesThatTheConnectionBroke()
    {
        var line = _connection.ReadLineAsync(Timeout, mayDrain: false).AsTask();
        await _toUs.Writer.CompleteAsync(new IOException("reset"));
        Assert.False(_connection.HasBufferedInput);
        Assert.Equal(LineStatus.Closed, await line);
        Assert.Equal(LineStatus.Closed, await _connection.ReadDotTextAsync(new DotTextDecoder(new Nowhere(), BareNewlines.Refuse), Timeout, minOctets: 1));
    }

    private static PipeOptions Inline(int mayHold) => new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: mayHold, resumeWriterThreshold: mayHold / 2, useSynchronizationContext: false);

    private async Task SendAsync(string text) => await _toUs.Writer.WriteAsync(Encoding.ASCII.GetBytes(text));

    private async Task<string> EchoAsync()
    {
        Assert.Equal(LineStatus.Line, await _connection.ReadLineAsync(Timeout, mayDrain: true));
        _connection.Output.Write(_connection.Line.Span);
        _connection.Output.Write("\n"u8);
        return Encoding.ASCII.GetString(_connection.Line.Span);
    }

    private async Task<string> ReceiveAsync()
    {
        var result = await _toPeer.Reader.ReadAsync();
        var text = Encoding.ASCII.GetString(result.Buffer.ToArray());
        _toPeer.Reader.AdvanceTo(result.Buffer.End);
        return text;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class CountingWriter(PipeWriter writer) : PipeWriter
    {
        public int Flushes { get; private set; }

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => writer.UnflushedBytes;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            return writer.FlushAsync(cancellationToken);
        }

        public override void Advance(int bytes) => writer.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

        public override void CancelPendingFlush() => writer.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => writer.Complete(exception);
    }
}
