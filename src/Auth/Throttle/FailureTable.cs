using System.Numerics;
using System.Runtime.CompilerServices;

namespace Merpati.Auth.Throttle;

/// <summary>
/// Slots for a fixed number of keys. A key has its place in one of eight slots; when a newcomer finds them taken, the one whose loss matters
/// least goes. So who has many failures is not forgotten for others with few: to be forgotten he would need as many failures from
/// others, who would be counted in his place. Keys are hashes that outsiders cannot predict. Not safe for concurrent callers.
/// </summary>
internal sealed class FailureTable
{
    private const int Ways = 8;

    private readonly FailureSlot[] _slots;
    private readonly ulong _mask;

    public FailureTable(int capacity)
    {
        _slots = new FailureSlot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, Ways))];
        _mask = (ulong)(_slots.Length / Ways) - 1;
    }

    public int Capacity => _slots.Length;

    /// <summary>The slot of a key; a null reference when it has none.</summary>
    public ref FailureSlot Find(ulong key)
    {
        var set = SetOf(key);
        for (var i = 0; i < Ways; i++)
        {
            if (set[i].Key == key) return ref set[i];
        }

        return ref Unsafe.NullRef<FailureSlot>();
    }

    /// <summary>The slot of a key, a new one when it has none.</summary>
    public ref FailureSlot Take(ulong key, WindowTime now)
    {
        var set = SetOf(key);
        var (least, leastWeight) = (0, int.MaxValue);
        for (var i = 0; i < Ways; i++)
        {
            if (set[i].Key == key) return ref set[i];
            var weight = set[i].Weight(now);
            if (weight < leastWeight) (least, leastWeight) = (i, weight);
        }

        set[least].Reset(key);
        return ref set[least];
    }

    private Span<FailureSlot> SetOf(ulong key) => _slots.AsSpan((int)(key & _mask) * Ways, Ways);
}
