namespace Merpati.Storage.Sqlite.Writing;

/// <summary>What callers wait for the writer to take. It is as long as there are callers, for each waits for its own change.</summary>
internal sealed class ChangeQueue
{
    private const int MaxChanges = 256;
    private const long MaxOctets = 16 << 20;

    private readonly object _gate = new();
    private readonly Queue<Change> _waiting = new();
    private StoreException? _closed;
    private bool _woken;

    /// <summary>Whether nobody waits.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_gate) return _waiting.Count == 0;
        }
    }

    /// <summary>Puts a change at the end; the reason when the queue takes no more.</summary>
    internal StoreException? TryAdd(Change change)
    {
        lock (_gate)
        {
            if (_closed is not null) return _closed;
            _waiting.Enqueue(change);
            if (_waiting.Count == 1) Monitor.Pulse(_gate);
            return null;
        }
    }

    /// <summary>Makes a waiting <see cref="Take"/> return although nothing has come.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes no more changes; those that wait are still to be taken.</summary>
    internal void Close(StoreException reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>
    /// Moves what waits into <paramref name="batch"/>, up to the bounds of one transaction; waits for something unless
    /// <paramref name="atOnce"/>. False when the queue is closed and empty.
    /// </summary>
    internal bool Take(List<Change> batch, bool atOnce)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && _closed is null && !_woken && !atOnce) Monitor.Wait(_gate);
            _woken = false;
            long octets = 0;
            while (batch.Count < MaxChanges && _waiting.TryPeek(out var change) && (batch.Count == 0 || octets + change.Octets <= MaxOctets))
            {
                _waiting.Dequeue();
                if (!change.TryTake()) continue;
                batch.Add(change);
                octets += change.Octets;
            }

            return batch.Count > 0 || _waiting.Count > 0 || _closed is null;
        }
    }
}
