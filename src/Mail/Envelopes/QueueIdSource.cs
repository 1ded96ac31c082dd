namespace Merpati.Mail.Envelopes;

/// <summary>Hands out queue ids, ascending even when the clock steps back. Safe for concurrent callers.</summary>
public sealed class QueueIdSource
{
    private readonly TimeProvider _time;
    private long _last;

    /// <summary>A source that takes its time from <paramref name="time"/>.</summary>
    public QueueIdSource(TimeProvider time) => _time = time;

    /// <summary>The next id.</summary>
    public QueueId Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, _time.GetUtcNow().ToUnixTimeMilliseconds() << 16);
            if (Interlocked.CompareExchange(ref _last, next, last) == last) return new QueueId(next);
        }
    }
}
