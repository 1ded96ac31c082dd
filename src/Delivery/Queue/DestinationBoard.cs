using System.Diagnostics.CodeAnalysis;

namespace Merpati.Delivery.Queue;

/// <summary>
/// The destinations that are being worked at or left alone, and the connections in all. What it keeps is bounded, however many destinations there are:
/// one that is forgotten begins anew. Safe for concurrent callers.
/// </summary>
internal sealed class DestinationBoard
{
    private const int MaxKept = 50_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DestinationState> _states = new(StringComparer.Ordinal);
    private readonly int _maxConnections;
    private readonly TimeProvider _time;
    private int _connections;

    public DestinationBoard(int maxConnections, TimeProvider time)
    {
        _maxConnections = maxConnections;
        _time = time;
    }

    /// <summary>Whether somebody waits for a connection that another one has.</summary>
    public bool IsStarved { get; private set; }

    public bool IsFull
    {
        get
        {
            lock (_lock) return _connections >= _maxConnections;
        }
    }

    /// <summary>When the first destination of those that are left alone may be tried again; null when there is none.</summary>
    public DateTimeOffset? NextUnblocked(DateTimeOffset now)
    {
        lock (_lock)
        {
            DateTimeOffset? next = null;
            foreach (var state in _states.Values)
            {
                if (state.BlockedUntil > now && (next is null || state.BlockedUntil < next)) next = state.BlockedUntil;
            }

            return next;
        }
    }

    /// <summary>Takes a connection for a destination, where it may have one more; <paramref name="state"/> is then given back to <see cref="End"/>.</summary>
    public bool TryStart(string destination, [NotNullWhen(true)] out DestinationState? state)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            if (!_states.TryGetValue(destination, out state)) state = new DestinationState();
            if (!state.MayStart(now))
            {
                state.WasAsked = state.Running > 0;
                return false;
            }

            if (_connections >= _maxConnections)
            {
                IsStarved = true;
                return false;
            }

            if (_states.Count >= MaxKept) Tidy(now);
            _states[destination] = state;
            state.Running++;
            state.HasMore = false;
            state.WasAsked = false;
            _connections++;
            return true;
        }
    }

    /// <summary>
    /// Keeps workers away from a destination while another connection, which is not ours to count, carries what waits for it; given back to
    /// <see cref="Leave"/>.
    /// </summary>
    public DestinationState Occupy(string destination)
    {
        lock (_lock)
        {
            if (!_states.TryGetValue(destination, out var state)) _states[destination] = state = new DestinationState();
            state.Running++;
            state.HasMore = false;
            return state;
        }
    }

    /// <summary>Lets workers come again to a destination that was occupied.</summary>
    public void Leave(DestinationState state)
    {
        lock (_lock) state.Running--;
    }

    /// <summary>Gives a connection back; whether there is a reason to look again at what is due.</summary>
    public bool End(DestinationState state)
    {
        lock (_lock)
        {
            state.Running--;
            _connections--;
            var wasStarved = IsStarved;
            IsStarved = false;
            return wasStarved || state.HasMore || state.WasAsked;
        }
    }

    /// <summary>Notes whether a claim took as much as it could; whether another worker may start now.</summary>
    public bool Claimed(DestinationState state, bool isFull)
    {
        lock (_lock)
        {
            state.HasMore = isFull;
            return isFull && state.Running < state.Window;
        }
    }

    /// <summary>Notes that a message was taken; whether another worker may start now.</summary>
    public bool Succeeded(DestinationState state, int cap)
    {
        lock (_lock)
        {
            state.Succeed(cap);
            return state.HasMore && state.Running < state.Window;
        }
    }

    /// <summary>Notes that a connection was lost.</summary>
    public void Failed(DestinationState state)
    {
        lock (_lock) state.Fail();
    }

    /// <summary>Notes that a destination could not be reached; until when it is left alone, null when others of its connections still work.</summary>
    public DateTimeOffset? Unreachable(DestinationState state, RetrySchedule schedule, TimeSpan longest)
    {
        lock (_lock)
        {
            var delay = schedule.Delay(state.Failures + 1);
            var until = _time.GetUtcNow() + (delay < longest ? delay : longest);
            return state.Block(until) ? until : null;
        }
    }

    /// <summary>Lets a destination be tried at once; null for all.</summary>
    public void Unblock(string? destination)
    {
        lock (_lock)
        {
            foreach (var (name, state) in _states)
            {
                if (destination is null || name == destination) state.Unblock();
            }
        }
    }

    /// <summary>The connections that a destination may have now.</summary>
    public int WindowOf(string destination)
    {
        lock (_lock) return _states.TryGetValue(destination, out var state) ? state.Window : 1;
    }

    // First those that nothing is known of which a new beginning would not find out; when that is not enough, all that nobody works at.
    private void Tidy(DateTimeOffset now)
    {
        foreach (var (name, _) in _states.Where(entry => entry.Value.IsIdle(now)).ToList()) _states.Remove(name);
        if (_states.Count < MaxKept) return;
        foreach (var (name, _) in _states.Where(entry => entry.Value.Running == 0).ToList()) _states.Remove(name);
    }
}
