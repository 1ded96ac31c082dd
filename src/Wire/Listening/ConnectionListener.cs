using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Merpati.Wire.Connections;
using Merpati.Wire.Tls;
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
    private readonly ListenerOptions _options;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<WireConnection, Task> _sessions = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _refusals;

    private ConnectionListener(IConnectionListener transport, IConnectionService service, ListenerSurroundings surroundings, ListenerOptions options)
    {
        _transport = transport;
        _service = service;
        _surroundings = surroundings;
        _options = options;
        _logger = surroundings.Loggers.CreateLogger("Merpati.Wire.Listener");
        _accepting = AcceptAsync();
    }

    /// <summary>The address that it listens on, the port filled in where 0 was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_transport.EndPoint;

    /// <summary>Starts to listen. Throws <see cref="SocketException"/> or <see cref="IOException"/> when the address cannot be had.</summary>
    public static async Task<ConnectionListener> StartAsync(
        IPEndPoint endPoint, IConnectionService service, ListenerSurroundings surroundings, ListenerOptions? listenerOptions = null)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        var options = new SocketTransportOptions { MaxReadBufferSize = ReadBufferSize, UnsafePreferInlineScheduling = true, WaitForDataBeforeAllocatingBuffer = false };
        var factory = new SocketTransportFactory(Options.Create(options), surroundings.Loggers);
        try
        {
            return new ConnectionListener(await factory.BindAsync(endPoint), service, surroundings, listenerOptions ?? new ListenerOptions());
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
        // Whoever comes by a load balancer is counted as himself, once the header has been read.
        var proxy = _options.Proxy is { } protocol && protocol.Trusts(ends.RemoteAddress) ? protocol : null;
        var counted = proxy is null ? ends.RemoteAddress : null;
        var admission = _surroundings.Limits.Enter(counted);
        var connection = new WireConnection(transport.Transport, ends, _service.MaxLineLength, _surroundings.Heartbeat, transport.Abort) { PeerEnded = transport.ConnectionClosed };
        if (admission != Admission.Granted)
        {
            _ = RefuseAsync(transport, connection, admission);
            return;
        }

        var served = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[connection] = served.Task;
        _ = ServeAsync(transport, connection, proxy, served);
    }

    private async Task ServeAsync(ConnectionContext transport, WireConnection connection, ProxyProtocol? proxy, TaskCompletionSource served)
    {
        var counted = proxy is null ? connection.Ends.RemoteAddress : null;
        try
        {
            if (proxy is not null)
            {
                if (!await ReadProxyHeaderAsync(connection, proxy)) return;
                counted = connection.Ends.RemoteAddress;
            }

            if (_options.ImplicitTls is null || await SecureAsync(connection, _options.ImplicitTls)) await _service.ServeAsync(connection);
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
            _surroundings.Limits.Leave(counted);
            _sessions.TryRemove(connection, out _);
            served.SetResult();
        }
    }

    private async Task<bool> ReadProxyHeaderAsync(WireConnection connection, ProxyProtocol proxy)
    {
        if (await connection.ReadProxyHeaderAsync(proxy.Timeout) is { } fault)
        {
            BadProxyHeader(connection.Ends.RemoteAddress, fault);
            return false;
        }

        var admission = _surroundings.Limits.Name(connection.Ends.RemoteAddress);
        if (admission == Admission.Granted) return true;
        Refused(connection.Ends.RemoteAddress, admission);
        await SayRefusalAsync(connection, admission);
        return false;
    }

    private async Task<bool> SecureAsync(WireConnection connection, TlsServer tls)
    {
        if (await connection.ShakeHandsAsync(tls)) return true;
        HandshakeFailed(connection.Ends.RemoteAddress, connection.TlsFailure);
        return false;
    }

    private async Task SayRefusalAsync(WireConnection connection, Admission reason)
    {
        if (_options.ImplicitTls is not null) return;
        connection.Output.Write(_service.Refusal(reason).Span);
        await connection.FlushAsync(RefusalTimeout);
    }

    private async Task RefuseAsync(ConnectionContext transport, WireConnection connection, Admission reason)
    {
        if (Interlocked.Increment(ref _refusals) <= MaxRefusalsAtOnce)
        {
            Refused(connection.Ends.RemoteAddress, reason);
            await SayRefusalAsync(connection, reason);
        }

        await connection.DisposeAsync();
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

    [LoggerMessage(EventId = 104, Level = LogLevel.Information, Message = "no TLS with {Peer}: {Reason}")]
    private partial void HandshakeFailed(IPAddress? peer, string? reason);

    [LoggerMessage(EventId = 105, Level = LogLevel.Warning, Message = "closed a connection from the load balancer {Proxy}: {Reason}")]
    private partial void BadProxyHeader(IPAddress? proxy, string reason);
}
