using System.Numerics;

namespace Merpati.Auth.Throttle;

/// <summary>
/// Which keys were marked a short while ago, for a fixed number of them: the oldest of four makes room. Nobody gains by being forgotten:
/// what stands here only spares work or a count. Not safe for concurrent callers.
/// </summary>
internal sealed class RecentKeys
{
    private const int Ways = 4;

    private readonly (ulong Key, long At)[] _marks;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly ulong _mask;

    public RecentKeys(int capacity, TimeSpan lifetime, TimeProvider time)
    {
        _marks = new (ulong, long)[BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, Ways))];
        _mask = (ulong)(_marks.Length / Ways) - 1;
        _lifetime = lifetime;
        _time = time;
    }

    public bool Contains(ulong key)
    {
        foreach (var mark in SetOf(key))
        {
            if (mark.Key == key) return _time.GetElapsedTime(mark.At) < _lifetime;
        }

        return false;
    }

    public void Mark(ulong key)
    {
        var set = SetOf(key);
        var oldest = 0;
        for (var i = 0; i < Ways; i++)
        {
            if (set[i].Key == key || set[i].Key == 0)
            {
                oldest = i;
                break;
            }

            if (set[i].At < set[oldest].At) oldest = i;
        }

        set[oldest] = (key, _time.GetTimestamp());
    }

    private Span<(ulong Key, long At)> SetOf(ulong key) => _marks.AsSpan((int)(key & _mask) * Ways, Ways);
}
