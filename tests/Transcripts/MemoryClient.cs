using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;

namespace Merpati.Transcripts;

/// <summary>A client joined to the real session by two pipes in memory. Each write reaches the server as one piece.</summary>
public sealed class MemoryClient : IAsyncDisposable
{
    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Pipe _toServer = new(Inline);
    private readonly Pipe _toClient;
    private readonly CancellationTokenSource _ended = new();
    private readonly Heartbeat _heartbeat;
    private readonly WireConnection _connection;

    public MemoryClient(IConnectionService service, TimeProvider? time = null, IPAddress? remote = null, int serverMayHold = 0)
    {
        _toClient = serverMayHold == 0 ? new Pipe(Inline) : new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: serverMayHold, resumeWriterThreshold: serverMayHold / 2, useSynchronizationContext: false));
        _heartbeat = new Heartbeat(time ?? TimeProvider.System);
        var ends = new ConnectionEnds(new IPEndPoint(remote ?? IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Loopback, 25));
        _connection = new WireConnection(new Duplex(_toServer.Reader, _toClient.Writer), ends, service.MaxLineLength, _heartbeat, Abort) { PeerEnded = _ended.Token };
        Served = ServeAsync(service);
    }

    /// <summary>Completes when the session has ended and its connection is closed; faulted if the session threw.</summary>
    public Task Served { get; }

    /// <summary>Whether the session tore the connection down.</summary>
    public bool Aborted { get; private set; }

    public WireConnection Connection => _connection;

    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        var result = await _toServer.Writer.WriteAsync(octets);
        _ = result.IsCompleted; // a session that has ended reads no more; what it said before is still to be looked at
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends lines, a new piece after each DATA, as one must (RFC 2920 §3.1).</summary>
    public async Task SendGroupsAsync(string text)
    {
        while (text.Length > 0)
        {
            var data = text.IndexOf("DATA\r\n", StringComparison.Ordinal);
            var end = data < 0 ? text.Length : data + "DATA\r\n".Length;
            await SendAsync(text[..end]);
            text = text[end..];
        }
    }

    /// <summary>The next line without its CRLF; null when the server has closed.</summary>
    public async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            var result = await _toClient.Reader.ReadAsync();
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.Latin1.GetString(result.Buffer.Slice(0, end).ToArray()).TrimEnd('\r');
                _toClient.Reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line;
            }

            _toClient.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted) return null;
        }
    }

    /// <summary>Everything until the server closes.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (true)
        {
            var result = await _toClient.Reader.ReadAsync();
            if (result.IsCompleted) return result.Buffer.ToArray();
            _toClient.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>The client goes away, as when its connection drops.</summary>
    public async Task HangUpAsync()
    {
        await _toServer.Writer.CompleteAsync();
        await _ended.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        await _toClient.Reader.CompleteAsync();
        try
        {
            await Served;
        }
        finally
        {
            _heartbeat.Dispose();
            _ended.Dispose();
        }
    }

    private async Task ServeAsync(IConnectionService service)
    {
        try
        {
            await service.ServeAsync(_connection);
        }
        finally
        {
            await _connection.DisposeAsync();
        }
    }

    private void Abort()
    {
        Aborted = true;
        _toServer.Writer.Complete(new IOException("aborted"));
        _toClient.Reader.Complete();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
