namespace Merpati.Auth.Throttle;

/// <summary>What is counted of one address, network, account or pair of address and account. Not safe for concurrent callers.</summary>
internal struct FailureSlot
{
    private const int RefusedWeight = 1 << 28;
    private const int RepetitionWeight = 1 << 20;
    private const int MaxRepetitions = 64;

    private long _bucket; // the window that _current belongs to
    private int _current;
    private int _previous;

    /// <summary>Whose slot it is; 0 for nobody's.</summary>
    public ulong Key { get; private set; }

    /// <summary>The attempts under way. They are forgotten with the window, lest one that nobody ends be counted for ever.</summary>
    public int Pending { get; private set; }

    /// <summary>How many refusals there have been before and with the last; see <see cref="RefusalsAt"/>.</summary>
    public int Refusals { get; set; }

    /// <summary>When the last refusal ends or ended, in ticks of UTC; 0 when there was none.</summary>
    public long RefusedUntil { get; set; }

    /// <summary>Whether the refusal is in the ledger and so holds only as long as it is there; else it is in memory only.</summary>
    public bool IsKept { get; set; }

    /// <summary>Of a pair: how many refusals its address, network and account had when it began to count.</summary>
    public int Epoch { get; set; }

    /// <summary>Makes it the slot of a key of which nothing is known.</summary>
    public void Reset(ulong key) => this = new FailureSlot { Key = key };

    /// <summary>Whether the last refusal holds.</summary>
    public readonly bool IsRefused(WindowTime now) => RefusedUntil > now.Utc;

    /// <summary>How many refusals there have been that still make the next one a repetition.</summary>
    public readonly int RefusalsAt(WindowTime now) => RefusedUntil >= now.Remembered ? Refusals : 0;

    /// <summary>
    /// The failures within the window that ends now: those of the window under way and, of the one before, the part that the
    /// sliding window still covers, rounded up.
    /// </summary>
    public int Count(WindowTime now)
    {
        Roll(now.Bucket);
        return _current + (int)Math.Ceiling(_previous * (1 - now.Elapsed));
    }

    /// <summary>Counts an attempt that begins.</summary>
    public void Begin(WindowTime now)
    {
        Roll(now.Bucket);
        Pending++;
    }

    /// <summary>Counts an attempt that has ended.</summary>
    public void End() => Pending = Math.Max(0, Pending - 1);

    /// <summary>Counts a failure.</summary>
    public void Add(WindowTime now)
    {
        Roll(now.Bucket);
        if (_current < RepetitionWeight) _current++;
    }

    /// <summary>Takes back the failures that another slot has counted; all slots have the same windows.</summary>
    public void Forgive(ref FailureSlot other, WindowTime now)
    {
        Roll(now.Bucket);
        other.Roll(now.Bucket);
        _current = Math.Max(0, _current - other._current);
        _previous = Math.Max(0, _previous - other._previous);
    }

    /// <summary>Begins to count anew.</summary>
    public void Clear()
    {
        _current = 0;
        _previous = 0;
    }

    /// <summary>What is lost by forgetting the slot: a refusal in force above all, then earlier refusals, then failures.</summary>
    public int Weight(WindowTime now)
    {
        if (Key == 0) return -1;
        var weight = Math.Min(Count(now) + Pending, RepetitionWeight - 1) + (RepetitionWeight * Math.Min(RefusalsAt(now), MaxRepetitions));
        return IsRefused(now) ? weight + RefusedWeight : weight;
    }

    private void Roll(long bucket)
    {
        if (bucket == _bucket) return;
        _previous = bucket == _bucket + 1 ? _current : 0;
        _current = 0;
        Pending = 0;
        _bucket = bucket;
    }
}
