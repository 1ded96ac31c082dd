using System.Buffers;
using System.IO.Pipelines;
using Merpati.Wire.Lines;
using Merpati.Wire.Tls;

namespace Merpati.Wire.Connections;

/// <summary>How a wait for a line ended.</summary>
public enum LineStatus
{
    /// <summary>There is a line: <see cref="WireConnection.Line"/>.</summary>
    Line,

    /// <summary>A line over the limit was dropped.</summary>
    TooLong,

    /// <summary>The peer is gone.</summary>
    Closed,

    /// <summary>The deadline passed.</summary>
    TimedOut,

    /// <summary>The server is stopping and the caller said that this is a good moment.</summary>
    Draining,

    /// <summary>Somebody asked for the session's attention and the caller said that this is a good moment.</summary>
    Interrupted,
}

/// <summary>
/// One connection, as lines and dotted text with deadlines, over any duplex pipe. What is written goes out when the reader would otherwise wait,
/// so that the replies to pipelined commands travel together. One session uses it, from one place at a time;
/// <see cref="BeginDrain"/>, <see cref="Interrupt"/> and <see cref="Abort"/> may come from anywhere.
/// </summary>
public sealed partial class WireConnection : IAsyncDisposable
{
    private const int FlushThreshold = 32 * 1024; // octets: what a client that does not read can make us hold

    private const int TurnsAtOnce = 64;

    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    private readonly PipeReader _transportInput;
    private readonly PipeWriter _output;
    private readonly Heartbeat _heartbeat;
    private readonly Action _abort;
    private PipeReader _input; // what the session reads: the transport, or what TLS makes of it
    private TlsChannel? _channel;
    private LineReader _lines;
    private int _turns; // lines and pieces, in or out, since the session last waited for the peer's next
    private byte[]? _line;
    private int _lineLength;
    private long _deadline = long.MaxValue;
    private volatile bool _expired;
    private volatile bool _draining;
    private volatile bool _interrupted;
    private bool _unread; // the peer has let a deadline pass without reading

    /// <summary>A connection over <paramref name="pipe"/>; <paramref name="abort"/> tears it down at once.</summary>
    public WireConnection(IDuplexPipe pipe, ConnectionEnds ends, int maxLineLength, Heartbeat heartbeat, Action abort)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        ArgumentNullException.ThrowIfNull(heartbeat);
        _transportInput = _input = pipe.Input;
        _output = pipe.Output;
        Ends = ends;
        _lines = new LineReader(maxLineLength);
        _heartbeat = heartbeat;
        _abort = abort;
        heartbeat.Add(this);
    }

    /// <summary>Who is at both ends.</summary>
    public ConnectionEnds Ends { get; internal set; }

    /// <summary>The line last read, without its line end. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Line => _line.AsMemory(0, _lineLength);

    /// <summary>Whether the line last read ended in an LF alone.</summary>
    public bool LineEndedBare => _lines.EndedBare;

    /// <summary>The longest line, in octets, line end included, that the next reads take.</summary>
    public int MaxLineLength
    {
        get => _lines.MaxLength;
        set => _lines.MaxLength = value;
    }

    /// <summary>
    /// Whether a line is called too long as soon as it is, and not at its end, which may never come. What follows is then no use any more: for a
    /// caller that ends the connection.
    /// </summary>
    public bool GivesUpOnLongLines { get; init; }

    /// <summary>Whether the server is stopping: a session should end at its next good moment.</summary>
    public bool IsDraining => _draining;

    /// <summary>Where replies are written; <see cref="FlushAsync"/> or the next read sends them.</summary>
    public IBufferWriter<byte> Output => _channel is null ? _output : _channel.Output;

    /// <summary>
    /// Waits for the next line, whole, within <paramref name="timeout"/> from now: octets that trickle in do not extend it.
    /// With <paramref name="mayDrain"/> a stop of the server ends the wait, with <paramref name="mayInterrupt"/> an <see cref="Interrupt"/>
    /// does, also one that came before; what has arrived of the line is kept for the next read.
    /// </summary>
    public async ValueTask<LineStatus> ReadLineAsync(TimeSpan timeout, bool mayDrain, bool mayInterrupt = false)
    {
        Arm(timeout);
        try
        {
            if (++_turns > TurnsAtOnce) await TakeTurnsAsync();
            while (true)
            {
                if (mayInterrupt && TakeInterrupt()) return LineStatus.Interrupted;
                if (!_input.TryRead(out var result))
                {
                    _turns = 0;
                    ReleaseLine();
                    if (!await FlushArmedAsync()) return _expired ? LineStatus.TimedOut : LineStatus.Closed;
                    if (mayDrain && _draining) return LineStatus.Draining;
                    result = await _input.ReadAsync();
                }

                var buffer = result.Buffer;
                var outcome = _lines.Read(ref buffer, out var line);
                if (outcome == LineOutcome.Line) KeepLine(line);
                _input.AdvanceTo(buffer.Start, outcome == LineOutcome.NeedMore ? buffer.End : buffer.Start);
                if (outcome == LineOutcome.Line) return LineStatus.Line;
                if (outcome == LineOutcome.TooLong || (GivesUpOnLongLines && _lines.IsDiscarding)) return LineStatus.TooLong;
                if (_expired) return LineStatus.TimedOut;
                if (result.IsCompleted) return LineStatus.Closed;
            }
        }
        catch (Exception gone) when (IsDisconnect(gone))
        {
            return LineStatus.Closed;
        }
        finally
        {
            Disarm();
        }
    }

    /// <summary>
    /// Reads dotted text until its end. Each stretch of <paramref name="timeout"/> must bring at least <paramref name="minOctets"/>, or it
    /// has timed out: a peer that sends an octet now and then cannot hold the session for ever.
    /// </summary>
    public async ValueTask<LineStatus> ReadDotTextAsync(ITextDecoder decoder, TimeSpan timeout, long minOctets)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        Arm(timeout);
        long sinceArmed = 0;
        try
        {
            if (!await FlushArmedAsync()) return _expired ? LineStatus.TimedOut : LineStatus.Closed;
            while (!decoder.Ended)
            {
                if (++_turns > TurnsAtOnce) await TakeTurnsAsync();
                var next = _input.ReadAsync();
                if (!next.IsCompleted) _turns = 0;
                var result = await next;
                var buffer = result.Buffer;
                sinceArmed += buffer.Length;
                decoder.Decode(ref buffer);
                _input.AdvanceTo(buffer.Start);
                if (decoder.Ended) break;
                if (_expired) return LineStatus.TimedOut;
                if (result.IsCompleted) return LineStatus.Closed;
                if (sinceArmed < minOctets) continue;
                sinceArmed = 0;
                Arm(timeout);
            }

            return LineStatus.Line;
        }
        catch (Exception gone) when (IsDisconnect(gone))
        {
            return LineStatus.Closed;
        }
        finally
        {
            Disarm();
        }
    }

    /// <summary>
    /// Reads <paramref name="count"/> octets, no fewer and no more, whatever they are (RFC 3030 §2). Each stretch of <paramref name="timeout"/>
    /// must bring at least <paramref name="minOctets"/> or the rest, or it has timed out.
    /// </summary>
    public async ValueTask<LineStatus> ReadOctetsAsync(IOctetSink sink, long count, TimeSpan timeout, long minOctets)
    {
        ArgumentNullException.ThrowIfNull(sink);
        Arm(timeout);
        long sinceArmed = 0;
        try
        {
            if (!await FlushArmedAsync()) return _expired ? LineStatus.TimedOut : LineStatus.Closed;
            while (count > 0)
            {
                if (++_turns > TurnsAtOnce) await TakeTurnsAsync();
                var next = _input.ReadAsync();
                if (!next.IsCompleted) _turns = 0;
                var result = await next;
                var octets = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, count));
                sinceArmed += octets.Length;
                count -= octets.Length;
                foreach (var piece in octets) sink.Append(piece.Span);
                _input.AdvanceTo(octets.End);
                if (count == 0) break;
                if (_expired) return LineStatus.TimedOut;
                if (result.IsCompleted) return LineStatus.Closed;
                if (sinceArmed < minOctets) continue;
                sinceArmed = 0;
                Arm(timeout);
            }

            return LineStatus.Line;
        }
        catch (Exception gone) when (IsDisconnect(gone))
        {
            return LineStatus.Closed;
        }
        finally
        {
            Disarm();
        }
    }

    /// <summary>Sends what was written when it has grown large; false when the peer is gone or does not read.</summary>
    public ValueTask<bool> FlushIfLargeAsync(TimeSpan timeout) =>
        (_channel?.Output.Length ?? _output.UnflushedBytes) < FlushThreshold ? new ValueTask<bool>(true) : FlushAsync(timeout);

    /// <summary>Sends what was written; false when the peer is gone or has not read it within <paramref name="timeout"/>.</summary>
    public async ValueTask<bool> FlushAsync(TimeSpan timeout)
    {
        Arm(timeout);
        try
        {
            if (++_turns > TurnsAtOnce) await TakeTurnsAsync();
            return await FlushArmedAsync();
        }
        finally
        {
            Disarm();
        }
    }

    /// <summary>
    /// Lets others go first: the next read or flush leaves the thread that the session has come to, when the peer has sent more already. For a session
    /// that runs on somebody else's thread for a moment.
    /// </summary>
    public void EndTurn()
    {
        if (HasBufferedInput) _turns = TurnsAtOnce;
    }

    /// <summary>Asks the session to end at its next good moment.</summary>
    public void BeginDrain()
    {
        _draining = true;
        WakeReader();
        AbandonWait();
    }

    /// <summary>
    /// Ends the wait for a line, the present one or the next, that its caller lets end so. Several of them before that count as one, and no
    /// input is lost. From any thread.
    /// </summary>
    public void Interrupt()
    {
        _interrupted = true;
        WakeReader();
    }

    /// <summary>Tears the connection down at once.</summary>
    public void Abort()
    {
        _aborted = true;
        _abort();
        AbandonWait();
    }

    /// <summary>Sends what is left, for a few seconds at most, and closes; a peer that does not take it is cut.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_channel is not null) await EndTlsAsync();
        await FlushAsync(CloseGrace);
        if (_unread) _abort();
        _heartbeat.Remove(this);
        ReleaseLine();
        if (_channel is not null) await _channel.DisposeAsync();
        await _output.CompleteAsync();
        await _transportInput.CompleteAsync();
    }

    internal void OnHeartbeat(long now)
    {
        BeatWait();
        var deadline = Volatile.Read(ref _deadline);
        if (now < deadline) return;
        _expired = true;
        _input.CancelPendingRead();
        _output.CancelPendingFlush();
        _handshake?.Cancel();
    }

    // The session runs on the thread that its octets came in on: a client that sends without a pause would keep it, and others would wait.
    private async ValueTask TakeTurnsAsync()
    {
        _turns = 0;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    private static bool IsDisconnect(Exception exception) =>
        exception is IOException or OperationCanceledException or ObjectDisposedException; // ConnectionReset- and -AbortedException are among them

    private async ValueTask<bool> FlushArmedAsync()
    {
        try
        {
            _channel?.Encrypt();
            if (_output.UnflushedBytes == 0) return true;
            while (true)
            {
                var result = await _output.FlushAsync();
                if (result.IsCompleted) return false;
                if (!result.IsCanceled) return true;
                if (!_expired) continue;
                _unread = true;
                return false;
            }
        }
        catch (Exception gone) when (IsDisconnect(gone))
        {
            return false;
        }
    }

    // The reader looks at the reasons to wake after it has chosen what to read from, so one of the two always sees the other.
    private void WakeReader()
    {
        Interlocked.MemoryBarrier();
        _input.CancelPendingRead();
    }

    private bool TakeInterrupt()
    {
        if (!_interrupted) return false;
        _interrupted = false;
        return true;
    }

    private void Arm(TimeSpan timeout)
    {
        _expired = false;
        Volatile.Write(ref _deadline, _heartbeat.After(timeout));
    }

    private void Disarm() => Volatile.Write(ref _deadline, long.MaxValue);

    private void KeepLine(in ReadOnlySequence<byte> line)
    {
        _lineLength = (int)line.Length;
        if (_line is null || _line.Length < _lineLength)
        {
            ReleaseLine();
            _lineLength = (int)line.Length;
            _line = ArrayPool<byte>.Shared.Rent(_lineLength);
        }

        line.CopyTo(_line);
    }

    // An idle connection holds no buffer. A line may carry a password, so it does not stay behind in the pool.
    private void ReleaseLine()
    {
        if (_line is null) return;
        ArrayPool<byte>.Shared.Return(_line, clearArray: true);
        _line = null;
        _lineLength = 0;
    }
}
