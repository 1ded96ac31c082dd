namespace Merpati.Auth.Passwords;

/// <summary>
/// The logins that were granted a short while ago. Bounded: the oldest makes room. All live equally long, so the order of
/// arrival is the order of expiry and nothing is ever searched. Not safe for concurrent callers: the checker's lock guards it.
/// </summary>
internal sealed class SuccessCache
{
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private readonly TimeSpan _lifetime;
    private readonly Dictionary<LoginKey, long> _checkedAt = [];
    private readonly Queue<LoginKey> _byAge = new();

    public SuccessCache(TimeProvider time, int capacity, TimeSpan lifetime)
    {
        _time = time;
        _capacity = capacity;
        _lifetime = lifetime;
    }

    public int Count => _checkedAt.Count;

    public bool Contains(LoginKey key) => _checkedAt.TryGetValue(key, out var checkedAt) && !IsOver(checkedAt);

    /// <summary>Remembers a login that was computed just now. One that is remembered already keeps its first time.</summary>
    public void Add(LoginKey key)
    {
        if (_capacity == 0) return;
        while (_byAge.TryPeek(out var oldest) && IsOver(_checkedAt[oldest])) RemoveOldest();
        if (_checkedAt.ContainsKey(key)) return;
        if (_byAge.Count == _capacity) RemoveOldest();
        _checkedAt.Add(key, _time.GetTimestamp());
        _byAge.Enqueue(key);
    }

    private bool IsOver(long checkedAt) => _time.GetElapsedTime(checkedAt) >= _lifetime;

    private void RemoveOldest() => _checkedAt.Remove(_byAge.Dequeue());
}
