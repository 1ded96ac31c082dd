namespace Merpati.Auth.Throttle;

/// <summary>
/// The ledger as the throttle uses it. When the ledger fails nothing is thrown: what is in memory holds, and the failure is logged, once a minute
/// at most. Safe for concurrent callers.
/// </summary>
internal sealed class RefusalBook
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // from failure to failure in the log, and between attempts to load
    private static readonly TimeSpan OwnerMemory = TimeSpan.FromHours(24); // the ledger learns of an owner's address once a day

    private readonly Lock _gate = new();
    private readonly IThrottleLedger _ledger;
    private readonly FailureCounts _counts;
    private readonly byte[] _secret;
    private readonly TimeProvider _time;
    private readonly ThrottleLog _log;
    private readonly LoginThrottleOptions _options;
    private readonly RecentKeys _owners;
    private volatile bool _isLoaded;
    private Task? _loading;
    private long? _loadFailedAt;
    private long? _loggedAt;

    public RefusalBook(IThrottleLedger ledger, FailureCounts counts, byte[] secret, ThrottleSurroundings surroundings)
    {
        _ledger = ledger;
        _counts = counts;
        _secret = secret;
        (_options, _time, _log) = surroundings;
        _owners = new RecentKeys(_options.TrackedKeys, OwnerMemory, _time);
    }

    /// <summary>Takes the entries of the ledger into memory, once; while it fails, once a minute.</summary>
    public ValueTask LoadAsync(CancellationToken cancellation)
    {
        if (_isLoaded) return default;
        Task loading;
        lock (_gate)
        {
            if (_loading is null && _loadFailedAt is { } failedAt && _time.GetElapsedTime(failedAt) < Patience) return default;
            loading = _loading ??= Task.Run(LoadEntriesAsync, CancellationToken.None);
        }

        return new ValueTask(loading.WaitAsync(cancellation));
    }

    /// <summary>Which of the refusals in memory hold. Those that an administrator has lifted in the ledger are forgotten.</summary>
    public async ValueTask<Scopes> ConfirmAsync(AttemptKeys keys, Scopes refused, CancellationToken cancellation)
    {
        var held = Scopes.None;
        if (refused.HasFlag(Scopes.Address) && await HoldsAsync(ThrottleScope.Address, keys, cancellation)) held |= Scopes.Address;
        if (refused.HasFlag(Scopes.Network) && await HoldsAsync(ThrottleScope.Network, keys, cancellation)) held |= Scopes.Network;
        if (refused.HasFlag(Scopes.Account) && await HoldsAsync(ThrottleScope.Account, keys, cancellation)) held |= Scopes.Account;
        return held;
    }

    /// <summary>Enters a refusal that is in memory. One for a name that is no account stays there: the ledger is no place for what strangers make up.</summary>
    public async ValueTask EnterAsync(AttemptKeys keys, MadeRefusal refusal, CancellationToken cancellation)
    {
        if (refusal.Scope == ThrottleScope.Account && !keys.HasAccount) return;
        var text = keys.TextOf(refusal.Scope);
        var reason = FormattableString.Invariant($"{refusal.Failures} failed logins within {_options.Window.TotalMinutes:0} minutes");
        try
        {
            await _ledger.PutAsync(new ThrottleEntry(refusal.Scope, text, refusal.Failures, reason, refusal.Since, refusal.Until), cancellation);
            _counts.MarkKept(refusal.Scope, keys.Of(refusal.Scope));
            _log.EntryMade(refusal.Scope, text, refusal.Until, reason);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogFailure(failure);
        }
    }

    /// <summary>Whether the account's owner has logged in from the address lately; no when the ledger cannot tell.</summary>
    public async ValueTask<bool> IsOwnersAsync(Identity? account, AttemptKeys keys, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_owners.Contains(keys.Pair)) return true;
        }

        try
        {
            // Asked for a name that is no account too, which takes as long: account 0 is nobody's.
            return await _ledger.IsOwnersAsync(account?.AccountId ?? 0, keys.AddressText, _time.GetUtcNow(), cancellation) && account is not null;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogFailure(failure);
            return false;
        }
    }

    /// <summary>Remembers that the account's owner has logged in from the address.</summary>
    public async ValueTask RememberOwnerAsync(Identity account, AttemptKeys keys, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_owners.Contains(keys.Pair)) return;
            _owners.Mark(keys.Pair);
        }

        try
        {
            await _ledger.RememberOwnerAsync(account.AccountId, keys.AddressText, _time.GetUtcNow(), cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogFailure(failure);
        }
    }

    private async ValueTask<bool> HoldsAsync(ThrottleScope scope, AttemptKeys keys, CancellationToken cancellation)
    {
        var (key, text) = (keys.Of(scope), keys.TextOf(scope));
        if (_counts.FindRefusal(scope, key) is not var (refusal, isKept)) return false;
        try
        {
            if (!isKept && (scope != ThrottleScope.Account || keys.HasAccount))
            {
                await EnterAsync(keys, refusal, cancellation); // the ledger could not take it before
                return true;
            }

            // Asked for a name that is no account too, which takes as long.
            var entry = await _ledger.FindAsync(scope, text, cancellation);
            if (!isKept) return true;
            if (entry is not null)
            {
                _counts.Restore(scope, key, entry);
                return entry.Until > _time.GetUtcNow();
            }

            _counts.Pardon(scope, key);
            _log.EntryLifted(scope, text);
            return false;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogFailure(failure);
            return true;
        }
    }

    private async Task LoadEntriesAsync()
    {
        try
        {
            // The oldest first: where there are more than fit, the newest are kept.
            foreach (var entry in (await _ledger.ListAsync(_time.GetUtcNow(), CancellationToken.None)).Reverse())
            {
                _counts.Restore(entry.Scope, AttemptKeys.HashOf(_secret, entry.Scope, entry.Key), entry);
            }

            _isLoaded = true;
        }
        catch (Exception failure)
        {
            LogFailure(failure);
            lock (_gate)
            {
                _loadFailedAt = _time.GetTimestamp();
                _loading = null;
            }
        }
    }

    private void LogFailure(Exception failure)
    {
        lock (_gate)
        {
            if (_loggedAt is { } loggedAt && _time.GetElapsedTime(loggedAt) < Patience) return;
            _loggedAt = _time.GetTimestamp();
        }

        _log.LedgerFailed(failure);
    }
}
