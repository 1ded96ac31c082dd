using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace Merpati.Pop3.Tests.Client;

/// <summary>A server that offers STLS and cannot do it, on a real socket. A greeting of its own is all it says then.</summary>
internal sealed class BrokenTls : IConnectionService, IAsyncDisposable
{
    private readonly Heartbeat _heartbeat = new(TimeProvider.System);
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string? _greeting;
    private ConnectionListener? _listener;

    private BrokenTls(string? greeting) => _greeting = greeting;

    public int MaxLineLength => 512;

    public IPEndPoint EndPoint => _listener!.EndPoint;

    /// <summary>What clients have said, secrets and all.</summary>
    public IReadOnlyList<string> Heard => [.. _heard];

    public Task Connected => _connected.Task;

    public static async Task<BrokenTls> OpenAsync(string? greeting = null)
    {
        var broken = new BrokenTls(greeting);
        var surroundings = new ListenerSurroundings(new ConnectionLimits(10, 10), broken._heartbeat, TimeProvider.System, NullLoggerFactory.Instance);
        broken._listener = await ConnectionListener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), broken, surroundings);
        return broken;
    }

    public async Task ServeAsync(WireConnection connection)
    {
        _connected.TrySetResult();
        Encoding.ASCII.GetBytes(_greeting ?? "+OK pop\r\n", connection.Output);
        while (await connection.ReadLineAsync(TimeSpan.FromMinutes(1), mayDrain: true) == LineStatus.Line)
        {
            var line = Encoding.UTF8.GetString(connection.Line.Span);
            _heard.Enqueue(line);
            Encoding.ASCII.GetBytes(line == "CAPA" ? "+OK\r\nSTLS\r\nUSER\r\n.\r\n" : "+OK\r\n", connection.Output);
            if (line == "QUIT") return;
            if (line != "STLS") continue;
            await connection.FlushAsync(TimeSpan.FromMinutes(1));
            await connection.ReadLineAsync(TimeSpan.FromSeconds(1), mayDrain: true); // the handshake, which it does not understand
            return;
        }
    }

    public ReadOnlyMemory<byte> Refusal(Admission reason) => "-ERR\r\n"u8.ToArray();

    public async ValueTask DisposeAsync()
    {
        await _listener!.DisposeAsync();
        _heartbeat.Dispose();
    }
}
