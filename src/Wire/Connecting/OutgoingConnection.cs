using System.Net;
using System.Net.Sockets;
using Merpati.Wire.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Merpati.Wire.Connecting;

/// <summary>A connection that we have made to somebody else. Disposing sends what was written, for some seconds at most, and closes it.</summary>
public sealed class OutgoingConnection : IAsyncDisposable
{
    private const int ReadBufferSize = 64 * 1024; // octets that a peer may have waiting in memory

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private static readonly SocketConnectionContextFactory Transports = new(
        new SocketConnectionFactoryOptions { MaxReadBufferSize = ReadBufferSize, UnsafePreferInlineScheduling = true, WaitForDataBeforeAllocatingBuffer = true },
        NullLogger.Instance);

    private readonly ConnectionContext _transport;
    private readonly Heartbeat? _ownHeartbeat;
    private readonly TimeProvider _time;

    private OutgoingConnection(Socket socket, OutgoingOptions options)
    {
        _time = options.Time;
        var ends = new ConnectionEnds(socket.RemoteEndPoint as IPEndPoint, socket.LocalEndPoint as IPEndPoint);
        _transport = Transports.Create(socket);
        _ownHeartbeat = options.Heartbeat is null ? new Heartbeat(options.Time) : null;
        Wire = new WireConnection(_transport.Transport, ends, options.MaxLineLength, options.Heartbeat ?? _ownHeartbeat!, _transport.Abort) { GivesUpOnLongLines = true };
    }

    /// <summary>The connection as lines and dotted text. This object disposes it.</summary>
    public WireConnection Wire { get; }

    /// <summary>
    /// Connects to <paramref name="peer"/>. What goes wrong on the way is in the answer; throws <see cref="OperationCanceledException"/> when it is cancelled.
    /// </summary>
    public static async Task<OutgoingAttempt> ConnectAsync(IPEndPoint peer, OutgoingOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(options);
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        Socket? socket = null;
        try
        {
            socket = new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var source = peer.AddressFamily == AddressFamily.InterNetworkV6 ? options.Source6 : options.Source4;
            if (source is not null) socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(peer, either.Token);
            var connection = new OutgoingConnection(socket, options);
            socket = null;
            return new OutgoingAttempt(ConnectOutcome.Connected, connection, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new OutgoingAttempt(ConnectOutcome.TimedOut, null, "nobody answered in time");
        }
        catch (SocketException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            return Failed(failure);
        }
        finally
        {
            socket?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Wire.DisposeAsync();
        var closed = _transport.DisposeAsync().AsTask();
        try
        {
            // The transport still sends what was written last, which a peer may refuse to read.
            await closed.WaitAsync(Linger, _time);
        }
        catch (TimeoutException)
        {
            _transport.Abort();
            await closed;
        }

        _ownHeartbeat?.Dispose();
    }

    private static OutgoingAttempt Failed(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new OutgoingAttempt(ConnectOutcome.Refused, null, "the connection was refused"),
        SocketError.TimedOut => new OutgoingAttempt(ConnectOutcome.TimedOut, null, "nobody answered in time"),
        _ => new OutgoingAttempt(ConnectOutcome.Unreachable, null, failure.Message),
    };
}
