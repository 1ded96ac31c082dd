using System.Collections.Concurrent;

namespace Merpati.Wire.Connections;

/// <summary>
/// The clock of all connections' deadlines: one timer for thousands of them, with a resolution of a second. Safe for concurrent callers.
/// </summary>
public sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<WireConnection, byte> _connections = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>A heartbeat on <paramref name="time"/>.</summary>
    public Heartbeat(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _timer = time.CreateTimer(static state => ((Heartbeat)state!).Beat(), this, Interval, Interval);
    }

    internal long Now => _time.GetTimestamp();

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    internal void Add(WireConnection connection) => _connections.TryAdd(connection, 0);

    internal void Remove(WireConnection connection) => _connections.TryRemove(connection, out _);

    internal long After(TimeSpan span) => Now + (long)(span.TotalSeconds * _time.TimestampFrequency);

    private void Beat()
    {
        var now = Now;
        foreach (var (connection, _) in _connections) connection.OnHeartbeat(now);
    }
}
