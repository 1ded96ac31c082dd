namespace Merpati.Delivery.Intake;

/// <summary>
/// Who has sent how much to other hosts lately. Whoever sends a letter now and then goes before what somebody else has put into the queue by the
/// thousand: its recipients count as due for longer. What it keeps is bounded. Safe for concurrent callers.
/// </summary>
internal sealed class SenderShares(TimeProvider time)
{
    /// <summary>How far a letter goes ahead of those that came before it.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    /// <summary>The recipients that a sender may have ahead at once; one more a second comes back.</summary>
    public const int Burst = 20;

    private const int MaxSenders = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Left, long At)> _senders = new(StringComparer.Ordinal);

    /// <summary>How many senders it remembers.</summary>
    internal int Known
    {
        get
        {
            lock (_lock) return _senders.Count;
        }
    }

    /// <summary>How far ahead so many recipients of a sender go.</summary>
    public TimeSpan Take(string sender, int recipients)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (!_senders.TryGetValue(sender, out var share))
            {
                // Who is forgotten begins anew, which hurts nobody.
                if (_senders.Count >= MaxSenders) _senders.Clear();
                share = (Burst, now);
            }

            var left = Math.Min(Burst, share.Left + time.GetElapsedTime(share.At, now).TotalSeconds);
            var goesAhead = left >= recipients;
            _senders[sender] = (goesAhead ? left - recipients : left, now);
            return goesAhead ? Ahead : TimeSpan.Zero;
        }
    }
}
