using Merpati.Mail.Terminals;

namespace Merpati.Delivery.Terminals;

/// <summary>
/// Brings messages to the sessions at which users sit (RFC 821 §3.4). A session keeps at most <see cref="MaxWaiting"/> messages and
/// <see cref="MaxWaitingOctets"/> octets until they are taken; one that is full counts as not attached. What a session has not taken when it ends is gone.
/// </summary>
public sealed class TerminalHub : ITerminals
{
    /// <summary>The most sessions of one user.</summary>
    public const int MaxSessions = 16;

    /// <summary>The most messages that wait in one session.</summary>
    public const int MaxWaiting = 64;

    /// <summary>The most octets that wait in one session.</summary>
    public const int MaxWaitingOctets = 1024 * 1024;

    /// <summary>The largest message for a terminal, in octets, trace fields included.</summary>
    public const int MaxMessageOctets = 64 * 1024;

    private readonly Lock _lock = new(); // guards the sessions and all that waits in them
    private readonly Dictionary<long, List<Session>> _sessions = [];

    /// <inheritdoc/>
    public ITerminal? Attach(long accountId, Action arrived)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        lock (_lock)
        {
            if (!_sessions.TryGetValue(accountId, out var sessions)) _sessions[accountId] = sessions = new List<Session>(1);
            if (sessions.Count >= MaxSessions) return null;
            var session = new Session(this, accountId, arrived);
            sessions.Add(session);
            return session;
        }
    }

    /// <inheritdoc/>
    public bool IsAttached(long accountId)
    {
        lock (_lock) return _sessions.ContainsKey(accountId);
    }

    /// <summary>Hands a message to every session of each user that has room; false, with nothing handed to anybody, when one of the users has none.</summary>
    internal bool TryHand(IReadOnlyCollection<long> accountIds, TerminalMessage message)
    {
        var told = new List<Session>(accountIds.Count);
        lock (_lock)
        {
            foreach (var accountId in accountIds)
            {
                var before = told.Count;
                if (_sessions.TryGetValue(accountId, out var sessions)) told.AddRange(sessions.Where(session => session.HasRoom(message.Text.Length)));
                if (told.Count == before) return false;
            }

            foreach (var session in told) session.Put(message);
        }

        foreach (var session in told) session.Arrived();
        return true;
    }

    private sealed class Session : ITerminal
    {
        private readonly TerminalHub _hub;
        private readonly long _accountId;
        private readonly Queue<TerminalMessage> _waiting = [];
        private int _octets;

        public Session(TerminalHub hub, long accountId, Action arrived)
        {
            _hub = hub;
            _accountId = accountId;
            Arrived = arrived;
        }

        public Action Arrived { get; }

        public bool TryTake(out TerminalMessage? message)
        {
            lock (_hub._lock)
            {
                if (!_waiting.TryDequeue(out message)) return false;
                _octets -= message.Text.Length;
                return true;
            }
        }

        public bool HasRoom(int octets) => _waiting.Count < MaxWaiting && _octets + octets <= MaxWaitingOctets;

        public void Put(TerminalMessage message)
        {
            _waiting.Enqueue(message);
            _octets += message.Text.Length;
        }

        public void Dispose()
        {
            lock (_hub._lock)
            {
                _waiting.Clear();
                _octets = 0;
                if (!_hub._sessions.TryGetValue(_accountId, out var sessions) || !sessions.Remove(this)) return;
                if (sessions.Count == 0) _hub._sessions.Remove(_accountId);
            }
        }
    }
}
