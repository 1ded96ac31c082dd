using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Merpati.Wire.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Merpati.Wire.Listening;

/// <summary>
/// Accepts connections on one address and hands each to a service, within limits that several listeners may share. Stopping it is in two steps:
/// no new connections, then the sessions get a bounded time to end by themselves.
/// </summary>
public sealed partial class ConnectionListener : IAsyncDisposable
{
    private const int MaxRefusalsAtOnce = 64;
    private const int ReadBufferSize = 256 * 1024; // octets that one connection may have waiting in memory

    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RefusalTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);

    private readonly IConnectionListener _transport;
    private readonly IConnectionService _service;
    private readonly ListenerSurroundings _surroundings;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<WireConnection, Task> _sessions = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _refusals;

    private ConnectionListener(IConnectionListener transport, IConnectionService service, ListenerSurroundings surroundings)
    {
        _transport = transport;
        _service = service;
        _surroundings = surroundings;
        _logger = surroundings.Loggers.CreateLogger("Merpati.Wire.Listener");
        _accepting = AcceptAsync();
    }

    /// <summary>The address that it listens on, the port filled in where 0 was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_transport.EndPoint;

    /// <summary>Starts to listen. Throws <see cref="SocketException"/> or <see cref="IOException"/> when the address cannot be had.</summary>
    public static async Task<ConnectionListener> StartAsync(IPEndPoint endPoint, IConnectionService service, ListenerSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        var options = new SocketTransportOptions { MaxReadBufferSize = ReadBufferSize, UnsafePreferInlineScheduling = true, WaitForDataBeforeAllocatingBuffer = false };
        var factory = new SocketTransportFactory(Options.Create(options), surroundings.Loggers);
        try
        {
            return new ConnectionListener(await factory.BindAsync(endPoint), service, surroundings);
        }
        catch (AddressInUseException taken)
        {
            throw new IOException(taken.Message, taken);
        }
    }

    /// <summary>Takes no more connections, and asks the sessions to end at their next good moment.</summary>
    public async Task StopAcceptingAsync()
    {
        await _stop.CancelAsync();
        await _transport.UnbindAsync();
        await _accepting;
        foreach (var connection in _sessions.Keys) connection.BeginDrain();
    }

    /// <summary>Waits until the sessions have ended; those that have not within <paramref name="grace"/> are cut. Returns how many were cut.</summary>
    public async Task<int> DrainAsync(TimeSpan grace)
    {
        var all = Task.WhenAll(_sessions.Values);
        try
        {
            await all.WaitAsync(grace, _surroundings.Time);
            return 0;
        }
        catch (TimeoutException)
        {
            var left = _sessions.Keys.ToArray();
            foreach (var connection in left) connection.Abort();
            await all;
            return left.Length;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAcceptingAsync();
        await DrainAsync(TimeSpan.Zero);
        await _transport.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (await _transport.AcceptAsync(_stop.Token) is not { } connection) return;
                Admit(connection);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                // No file descriptors left, most likely: look again when some may have been given back, and do not spin.
                AcceptFailed(failure.Message);
                await Task.Delay(AcceptPause, _surroundings.Time);
            }
        }
    }

    private void Admit(ConnectionContext transport)
    {
        var ends = new ConnectionEnds(transport.RemoteEndPoint as IPEndPoint, transport.LocalEndPoint as IPEndPoint);
        var admission = _surroundings.Limits.Enter(ends.RemoteAddress);
        if (admission != Admission.Granted)
        {
            _ = RefuseAsync(transport, ends, admission);
            return;
        }

        var connection = Wrap(transport, ends);
        var served = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[connection] = served.Task;
        _ = ServeAsync(transport, connection, served);
    }

    private WireConnection Wrap(ConnectionContext transport, ConnectionEnds ends) =>
        new(transport.Transport, ends, _service.MaxLineLength, _surroundings.Heartbeat, transport.Abort);

    private async Task ServeAsync(ConnectionContext transport, WireConnection connection, TaskCompletionSource served)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the accept loop goes on
        try
        {
            await _service.ServeAsync(connection);
        }
        catch (Exception bug)
        {
            // A bug ends the one session that met it, never the server.
            SessionFailed(bug, connection.Ends.RemoteAddress);
            connection.Abort();
        }
        finally
        {
            await connection.DisposeAsync();
            await CloseAsync(transport);
            _surroundings.Limits.Leave(connection.Ends.RemoteAddress);
            _sessions.TryRemove(connection, out _);
            served.SetResult();
        }
    }

    private async Task RefuseAsync(ConnectionContext transport, ConnectionEnds ends, Admission reason)
    {
        if (Interlocked.Increment(ref _refusals) <= MaxRefusalsAtOnce)
        {
            Refused(ends.RemoteAddress, reason);
            var connection = Wrap(transport, ends);
            connection.Output.Write(_service.Refusal(reason).Span);
            await connection.FlushAsync(RefusalTimeout);
            await connection.DisposeAsync();
        }

        await CloseAsync(transport);
        Interlocked.Decrement(ref _refusals);
    }

    // The transport still sends what the session wrote last. A peer that does not read it would hold the connection for ever.
    private async Task CloseAsync(ConnectionContext transport)
    {
        var closed = transport.DisposeAsync().AsTask();
        try
        {
            await closed.WaitAsync(Linger, _surroundings.Time);
        }
        catch (TimeoutException)
        {
            transport.Abort();
            await closed;
        }
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Error, Message = "cannot accept connections: {Reason}")]
    private partial void AcceptFailed(string reason);

    [LoggerMessage(EventId = 102, Level = LogLevel.Error, Message = "the session with {Peer} was ended by an error in the server")]
    private partial void SessionFailed(Exception bug, IPAddress? peer);

    [LoggerMessage(EventId = 103, Level = LogLevel.Warning, Message = "turned away {Peer}: {Reason}")]
    private partial void Refused(IPAddress? peer, Admission reason);
}
