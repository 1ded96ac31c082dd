using System.Security.Cryptography;

namespace Merpati.Auth.Passwords;

/// <summary>
/// Computes password checks on a few threads of its own, so that a storm of logins fills its waiting line and not the processors.
/// Identical checks that arrive together share one computation, and a success is remembered for a short while, in a form from
/// which no password can be read. Safe for concurrent callers. It neither counts nor delays failures: that is the throttle's task.
/// </summary>
public sealed class PasswordChecker : IDisposable
{
    private readonly object _gate = new();
    private readonly PasswordCheckerOptions _options;
    private readonly Func<PasswordCheck, bool> _compute;
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(LoginKey.SecretLength);
    private readonly PasswordVerifier _unmatchable;
    private readonly SuccessCache _cache;
    private readonly Dictionary<LoginKey, PasswordCheck> _underWay = [];
    private readonly LinkedList<PasswordCheck> _line = new();
    private long _computations;
    private long _iterations;
    private int _busy;
    private bool _stopped;

    /// <summary>Starts the threads; <see cref="Dispose"/> ends them.</summary>
    public PasswordChecker(PasswordCheckerOptions options, TimeProvider time)
        : this(options, time, static check => check.Verifier.Matches(check.Password))
    {
    }

    internal PasswordChecker(PasswordCheckerOptions options, TimeProvider time, Func<PasswordCheck, bool> compute)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _compute = compute;
        _unmatchable = PasswordVerifier.CreateUnmatchable(options.Iterations);
        _cache = new SuccessCache(time, options.CacheEntries, options.CacheLifetime);
        for (var i = 0; i < options.Threads; i++)
        {
            new Thread(Work) { IsBackground = true, Name = "password check", Priority = ThreadPriority.BelowNormal }.Start();
        }
    }

    /// <summary>The computations that were begun, shared ones counted once.</summary>
    internal long Computations => Interlocked.Read(ref _computations);

    /// <summary>The iterations that the computations have spent in all.</summary>
    internal long Iterations => Interlocked.Read(ref _iterations);

    internal int Waiting
    {
        get { lock (_gate) return _line.Count; }
    }

    internal int Remembered
    {
        get { lock (_gate) return _cache.Count; }
    }

    /// <summary>
    /// Whether <paramref name="password"/> is the one of <paramref name="verifier"/>; at once when it was found so a short while ago.
    /// <see cref="LoginVerdict.Unavailable"/> when the waiting line is full or the checker is disposed. Throws
    /// <see cref="OperationCanceledException"/> when the caller stops waiting. <paramref name="loginName"/> only keeps the
    /// checks of different names apart. The password's octets are not kept.
    /// </summary>
    public ValueTask<LoginVerdict> CheckAsync(
        string loginName, PasswordVerifier verifier, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(loginName);
        ArgumentNullException.ThrowIfNull(verifier);
        return AskAsync(loginName, verifier, true, password, cancellation);
    }

    /// <summary>
    /// Never grants, and takes the time and the place in line of a check that fails: for a disabled account with its
    /// <paramref name="verifier"/>, for an unknown name or an account without a password with null.
    /// </summary>
    public ValueTask<LoginVerdict> RefuseAsync(
        string loginName, PasswordVerifier? verifier, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(loginName);
        return AskAsync(loginName, verifier ?? _unmatchable, false, password, cancellation);
    }

    /// <summary>
    /// Ends the threads and answers all who wait in line with <see cref="LoginVerdict.Unavailable"/>. Does not block: computations
    /// under way finish and are answered. Later checks are answered <see cref="LoginVerdict.Unavailable"/>.
    /// </summary>
    public void Dispose()
    {
        PasswordCheck[] waiting;
        lock (_gate)
        {
            _stopped = true;
            waiting = [.. _line];
            foreach (var check in waiting) Withdraw(check);
            Monitor.PulseAll(_gate);
        }

        foreach (var check in waiting) check.Complete(LoginVerdict.Unavailable);
    }

    private ValueTask<LoginVerdict> AskAsync(
        string loginName, PasswordVerifier verifier, bool grants, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled<LoginVerdict>(cancellation);
        var key = LoginKey.Of(_secret, grants, loginName, verifier, password.Span);
        PasswordCheck? check;
        lock (_gate)
        {
            if (_stopped) return new(LoginVerdict.Unavailable);
            if (_cache.Contains(key)) return new(LoginVerdict.Granted);
            if (!_underWay.TryGetValue(key, out check))
            {
                if (_line.Count + _busy >= _options.Threads + _options.MaxWaiting) return new(LoginVerdict.Unavailable);
                check = new PasswordCheck(key, grants, verifier, password.Span);
                _underWay.Add(key, check);
                _line.AddLast(check.Place);
                Monitor.Pulse(_gate);
            }

            check.Waiting++;
        }

        return WaitAsync(check, cancellation);
    }

    private async ValueTask<LoginVerdict> WaitAsync(PasswordCheck check, CancellationToken cancellation)
    {
        try
        {
            return await check.Answer.WaitAsync(cancellation);
        }
        finally
        {
            Leave(check);
        }
    }

    // A check that nobody waits for any more gives up its place in line. One that a thread has taken runs to its end.
    private void Leave(PasswordCheck check)
    {
        lock (_gate)
        {
            if (--check.Waiting > 0 || check.Place.List is null) return;
            Withdraw(check);
        }

        check.Erase();
    }

    private void Withdraw(PasswordCheck check)
    {
        _line.Remove(check.Place);
        _underWay.Remove(check.Key);
    }

    private void Work()
    {
        ThreadNiceness.GiveWay();
        while (Take() is { } check)
        {
            Interlocked.Increment(ref _computations);
            bool granted;
            try
            {
                granted = Compute(check);
            }
            // Out of memory or a failing OpenSSL: those who wait learn of it, and the thread goes on.
            catch (Exception failure)
            {
                Settle(check, false);
                check.Fail(failure);
                continue;
            }

            Settle(check, granted);
            check.Complete(granted ? LoginVerdict.Granted : LoginVerdict.Refused);
        }
    }

    private PasswordCheck? Take()
    {
        lock (_gate)
        {
            while (_line.First is null)
            {
                if (_stopped) return null;
                Monitor.Wait(_gate);
            }

            var check = _line.First.Value;
            _line.RemoveFirst();
            _busy++;
            return check;
        }
    }

    private bool Compute(PasswordCheck check)
    {
        var iterations = check.Verifier.Iterations;
        var granted = _compute(check) && check.Grants;
        // An account with fewer iterations than the rest, an imported one, would be refused too soon and so told from an unknown name.
        if (!granted && iterations < _options.Iterations)
        {
            PasswordVerifier.Spend(check.Password, _options.Iterations - iterations);
            iterations = _options.Iterations;
        }

        Interlocked.Add(ref _iterations, iterations);
        return granted;
    }

    private void Settle(PasswordCheck check, bool granted)
    {
        lock (_gate)
        {
            _busy--;
            _underWay.Remove(check.Key);
            if (granted) _cache.Add(check.Key);
        }
    }
}
