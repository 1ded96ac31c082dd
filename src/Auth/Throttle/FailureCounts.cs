using System.Runtime.CompilerServices;

namespace Merpati.Auth.Throttle;

/// <summary>Which scopes are meant.</summary>
[Flags]
internal enum Scopes
{
    None = 0,
    Address = 1,
    Network = 2,
    Account = 4,
}

/// <summary>What the counters say to an attempt: refused, to wait for a gate, or else admitted.</summary>
/// <param name="Refused">What a refusal stands against.</param>
/// <param name="Gate">Set when it has to wait: completes when it is worth asking again.</param>
/// <param name="AddressFailures">When admitted: the failures of its address.</param>
/// <param name="AccountFailures">When admitted: the failures for its account.</param>
internal readonly record struct Judgement(Scopes Refused, Task? Gate, int AddressFailures, int AccountFailures);

/// <summary>A refusal that was made just now, in memory.</summary>
internal readonly record struct MadeRefusal(ThrottleScope Scope, int Failures, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>
/// Counts the failures and the attempts under way by address, network, account and pair of address and account, and makes refusals in
/// memory, which is all it uses and bounded. Safe for concurrent callers.
/// </summary>
internal sealed class FailureCounts
{
    private static readonly ThrottleScope[] AllScopes = [ThrottleScope.Address, ThrottleScope.Network, ThrottleScope.Account];

    private readonly Lock _gate = new();
    private readonly LoginThrottleOptions _options;
    private readonly TimeProvider _time;
    private readonly FailureTable[] _tables; // by scope
    private readonly FailureTable _pairs;
    private readonly RecentKeys _wrongPasswords;
    private readonly Dictionary<ulong, TaskCompletionSource> _waiting = []; // as many as attempts wait, at most

    public FailureCounts(LoginThrottleOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _tables = Array.ConvertAll(AllScopes, _ => new FailureTable(options.TrackedKeys));
        _pairs = new FailureTable(options.TrackedKeys);
        _wrongPasswords = new RecentKeys(options.TrackedKeys, options.Window, time);
    }

    /// <summary>Lets an attempt begin, unless a refusal stands or too many are under way; what is ignored of either is the caller's choice.</summary>
    public Judgement TryAdmit(AttemptKeys keys, Scopes ignored)
    {
        lock (_gate)
        {
            var now = Now();
            var refused = Scopes.None;
            var crowded = 0UL;
            Span<int> failures = stackalloc int[AllScopes.Length];
            foreach (var scope in AllScopes)
            {
                // Only what is admitted takes a slot, or attempts that are refused, which cost nothing, would push failures out.
                ref var slot = ref _tables[(int)scope].Find(keys.Of(scope));
                if (Unsafe.IsNullRef(in slot)) continue;
                var count = failures[(int)scope] = slot.Count(now);
                if (ignored.HasFlag(FlagOf(scope))) continue;
                if (slot.IsRefused(now)) refused |= FlagOf(scope);

                // Were all that are under way to fail, one more would be too many. When none is under way, one always may.
                else if (slot.Pending > 0 && count + slot.Pending >= LimitOf(scope)) crowded = slot.Key;
            }

            if (refused != Scopes.None) return new Judgement(refused, null, 0, 0);
            if (crowded != 0) return new Judgement(Scopes.None, GateOf(crowded), 0, 0);
            foreach (var scope in AllScopes) _tables[(int)scope].Take(keys.Of(scope), now).Begin(now);
            return new Judgement(Scopes.None, null, failures[(int)ThrottleScope.Address], failures[(int)ThrottleScope.Account]);
        }
    }

    /// <summary>Ends an attempt that neither failed nor was granted.</summary>
    public void Release(AttemptKeys keys)
    {
        lock (_gate) ReleaseHeld(keys);
    }

    /// <summary>
    /// Ends an attempt that was granted: the failures of the same address for the same account were its owner's slips and are taken back.
    /// No others are: a guesser with an account of his own must not buy more guesses at others by logging in between.
    /// </summary>
    public void Grant(AttemptKeys keys)
    {
        lock (_gate)
        {
            var now = Now();
            ReleaseHeld(keys);
            ref var pair = ref _pairs.Find(keys.Pair);
            if (Unsafe.IsNullRef(in pair)) return;

            // What a refusal has wiped out cannot be taken back a second time.
            if (pair.Epoch == EpochOf(keys))
            {
                foreach (var scope in AllScopes) Forgive(_tables[(int)scope], keys.Of(scope), ref pair, now);
            }

            pair.Clear();
        }
    }

    /// <summary>
    /// Ends an attempt that failed, and counts it unless the same wrong password was tried before for the same account from the same address:
    /// that is a device that nobody has told the new one, and guesses nothing. Returns the refusals that it was one too many for.
    /// </summary>
    public IReadOnlyList<MadeRefusal> Fail(AttemptKeys keys, ulong fingerprint)
    {
        lock (_gate)
        {
            var now = Now();
            ReleaseHeld(keys);
            if (IsRepeated(keys, fingerprint)) return [];
            ref var pair = ref _pairs.Take(keys.Pair, now);
            var epoch = EpochOf(keys);
            if (epoch != pair.Epoch)
            {
                pair.Clear();
                pair.Epoch = epoch;
            }

            pair.Add(now);
            List<MadeRefusal>? made = null;
            foreach (var scope in AllScopes)
            {
                ref var slot = ref _tables[(int)scope].Take(keys.Of(scope), now);
                slot.Add(now);
                if (slot.Count(now) >= LimitOf(scope) && !slot.IsRefused(now)) (made ??= []).Add(Refuse(scope, ref slot, now));
            }

            return made ?? [];
        }
    }

    /// <summary>Puts a refusal of the ledger, or what has become of it there, into memory.</summary>
    public void Restore(ThrottleScope scope, ulong key, ThrottleEntry entry)
    {
        lock (_gate)
        {
            ref var slot = ref _tables[(int)scope].Take(key, Now());
            if (slot.Refusals == 0) slot.Refusals = _options.RepetitionsOf(entry.Until - entry.Since) + 1;
            slot.RefusedUntil = entry.Until.UtcTicks;
            slot.IsKept = true;
        }
    }

    /// <summary>Forgets everything about a key: an administrator has lifted its refusal.</summary>
    public void Pardon(ThrottleScope scope, ulong key)
    {
        lock (_gate)
        {
            ref var slot = ref _tables[(int)scope].Find(key);
            if (Unsafe.IsNullRef(in slot)) return;
            slot.Reset(key);
            OpenGate(key);
        }
    }

    /// <summary>The refusal of a key as it stands in memory, and whether it is in the ledger; null when there is none in force.</summary>
    public (MadeRefusal Refusal, bool IsKept)? FindRefusal(ThrottleScope scope, ulong key)
    {
        lock (_gate)
        {
            ref var slot = ref _tables[(int)scope].Find(key);
            if (Unsafe.IsNullRef(in slot) || !slot.IsRefused(Now())) return null;
            var until = new DateTimeOffset(slot.RefusedUntil, TimeSpan.Zero);
            return (new MadeRefusal(scope, LimitOf(scope), until - _options.RefusalAfter(slot.Refusals - 1), until), slot.IsKept);
        }
    }

    /// <summary>The refusal of a key is in the ledger now.</summary>
    public void MarkKept(ThrottleScope scope, ulong key)
    {
        lock (_gate)
        {
            ref var slot = ref _tables[(int)scope].Find(key);
            if (!Unsafe.IsNullRef(in slot)) slot.IsKept = true;
        }
    }

    private static Scopes FlagOf(ThrottleScope scope) => (Scopes)(1 << (int)scope);

    // Read under the lock only: the windows must not run backwards.
    private WindowTime Now() => WindowTime.Now(_time, _options);

    private int LimitOf(ThrottleScope scope) => scope switch
    {
        ThrottleScope.Address => _options.AddressLimit,
        ThrottleScope.Network => _options.NetworkLimit,
        _ => _options.AccountLimit,
    };

    private MadeRefusal Refuse(ThrottleScope scope, ref FailureSlot slot, WindowTime now)
    {
        var failures = slot.Count(now);
        var repetitions = slot.RefusalsAt(now);
        var until = now.Utc + _options.RefusalAfter(repetitions).Ticks;
        slot.Refusals = repetitions + 1;
        slot.RefusedUntil = until;
        slot.IsKept = false;
        slot.Clear(); // its end is a new beginning
        OpenGate(slot.Key);
        return new MadeRefusal(scope, failures, new DateTimeOffset(now.Utc, TimeSpan.Zero), new DateTimeOffset(until, TimeSpan.Zero));
    }

    private static void Forgive(FailureTable table, ulong key, ref FailureSlot pair, WindowTime now)
    {
        ref var slot = ref table.Find(key);
        if (!Unsafe.IsNullRef(in slot)) slot.Forgive(ref pair, now);
    }

    private int EpochOf(AttemptKeys keys)
    {
        var epoch = 0;
        foreach (var scope in AllScopes)
        {
            ref var slot = ref _tables[(int)scope].Find(keys.Of(scope));
            if (!Unsafe.IsNullRef(in slot)) epoch += slot.Refusals;
        }

        return epoch;
    }

    private bool IsRepeated(AttemptKeys keys, ulong fingerprint)
    {
        if (fingerprint == 0) return false;
        var key = keys.WithPassword(fingerprint);
        if (_wrongPasswords.Contains(key)) return true;
        _wrongPasswords.Mark(key);
        return false;
    }

    private void ReleaseHeld(AttemptKeys keys)
    {
        foreach (var scope in AllScopes)
        {
            ref var slot = ref _tables[(int)scope].Find(keys.Of(scope));
            if (!Unsafe.IsNullRef(in slot)) slot.End();
            OpenGate(keys.Of(scope));
        }
    }

    private Task GateOf(ulong key)
    {
        if (!_waiting.TryGetValue(key, out var gate)) _waiting[key] = gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return gate.Task;
    }

    private void OpenGate(ulong key)
    {
        if (_waiting.Remove(key, out var gate)) gate.SetResult();
    }
}
