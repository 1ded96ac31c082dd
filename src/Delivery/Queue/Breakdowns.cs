namespace Merpati.Delivery.Queue;

/// <summary>Counts how often a message broke whoever worked at it, for the messages that did so last. Safe for concurrent callers.</summary>
internal sealed class Breakdowns
{
    private const int MaxKept = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, int> _counts = [];

    /// <summary>Counts one more; returns how many there were.</summary>
    public int Count(long sendingId)
    {
        lock (_lock)
        {
            if (_counts.Count >= MaxKept && !_counts.ContainsKey(sendingId)) _counts.Clear();
            return _counts[sendingId] = _counts.GetValueOrDefault(sendingId) + 1;
        }
    }

    public void Forget(long sendingId)
    {
        lock (_lock) _counts.Remove(sendingId);
    }
}
