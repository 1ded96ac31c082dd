using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests.Throttle;

/// <summary>A ledger in memory, which outlives the throttles that use it and can be made to fail.</summary>
internal sealed class MemoryLedger(TimeProvider time) : IThrottleLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ThrottleScope, string), ThrottleEntry> _entries = [];
    private readonly HashSet<(long, string)> _owners = [];

    public bool Fails { get; set; }

    public int Calls { get; private set; }

    /// <summary>How often an owner's address was entered.</summary>
    public int Remembered { get; private set; }

    public ThrottleEntry[] Entries
    {
        get { lock (_gate) return [.. _entries.Values.OrderByDescending(entry => entry.Since)]; }
    }

    public ValueTask<IReadOnlyList<ThrottleEntry>> ListAsync(DateTimeOffset now, CancellationToken cancellation) =>
        Answer<IReadOnlyList<ThrottleEntry>>(() => [.. _entries.Values.Where(entry => entry.Until > now).OrderByDescending(entry => entry.Since)]);

    public ValueTask<ThrottleEntry?> FindAsync(ThrottleScope scope, string key, CancellationToken cancellation) =>
        Answer(() => _entries.TryGetValue((scope, key), out var entry) && entry.Until > time.GetUtcNow() ? entry : null);

    public async ValueTask PutAsync(ThrottleEntry entry, CancellationToken cancellation) =>
        await Answer(() => _entries[(entry.Scope, entry.Key)] = entry);

    public ValueTask<bool> LiftAsync(ThrottleScope scope, string key, CancellationToken cancellation) => Answer(() => _entries.Remove((scope, key)));

    public async ValueTask RememberOwnerAsync(long accountId, string addressKey, DateTimeOffset at, CancellationToken cancellation) =>
        await Answer(() =>
        {
            Remembered++;
            return _owners.Add((accountId, addressKey));
        });

    public ValueTask<bool> IsOwnersAsync(long accountId, string addressKey, DateTimeOffset now, CancellationToken cancellation) =>
        Answer(() => _owners.Contains((accountId, addressKey)));

    private ValueTask<T> Answer<T>(Func<T> answer)
    {
        lock (_gate)
        {
            Calls++;
            if (Fails) return ValueTask.FromException<T>(new IOException("the disk is gone"));
            return new ValueTask<T>(answer());
        }
    }
}
