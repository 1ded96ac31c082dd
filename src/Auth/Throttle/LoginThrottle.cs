using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Merpati.Auth.Throttle;

/// <summary>
/// The throttle of all protocols together. It counts failures by what it is told of an attempt and nothing else, in memory of a fixed size; what it
/// refuses for a time it enters into the ledger. While the ledger fails, the counts in memory go on and nobody is refused for its sake.
/// An attempt that did not come over a network, or from an allowed one, is never counted. A name that is no account is treated as one.
/// </summary>
public sealed class LoginThrottle : ILoginThrottle
{
    private readonly ThrottleSurroundings _surroundings;
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly FailureCounts _counts;
    private readonly RefusalBook _refusals;

    /// <summary>A throttle over a ledger, which is read at the first attempt. Throws <see cref="ArgumentOutOfRangeException"/> when a limit is less than 1.</summary>
    public LoginThrottle(LoginThrottleOptions options, IThrottleLedger ledger, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Math.Min(Math.Min(options.AddressLimit, options.NetworkLimit), options.AccountLimit), nameof(options));
        _surroundings = new ThrottleSurroundings(options, time, new ThrottleLog(loggers.CreateLogger("Merpati.Auth.Throttle")));
        _counts = new FailureCounts(options, time);
        _refusals = new RefusalBook(ledger, _counts, _secret, _surroundings);
    }

    /// <inheritdoc/>
    public async ValueTask<ThrottleAnswer> AskAsync(LoginAttempt attempt, CancellationToken cancellation)
    {
        if (CountedAddress(attempt) is not { } address) return new ThrottleAnswer(true, TimeSpan.Zero);
        await _refusals.LoadAsync(cancellation);
        var keys = new AttemptKeys(_secret, address, attempt);
        var started = _surroundings.Time.GetTimestamp();
        var ignored = Scopes.None;
        while (true)
        {
            var judgement = _counts.TryAdmit(keys, ignored);
            if (judgement.Gate is { } gate)
            {
                if (await WaitAsync(gate, started, cancellation)) continue;
                _surroundings.Log.Crowded(address);
                return default;
            }

            if (judgement.Refused == Scopes.None) return await AdmitAsync(attempt, keys, judgement, ignored);
            var held = await _refusals.ConfirmAsync(keys, judgement.Refused, cancellation);
            if (held == Scopes.None) continue;

            // The owner is let in where he has been before, whatever others do to his account or out of his network. An address
            // that is itself refused is refused for him too: it may be the guesser's who sits behind the same router.
            if (held.HasFlag(Scopes.Address) || !await _refusals.IsOwnersAsync(attempt.Account, keys, cancellation))
            {
                _surroundings.Log.Refused(address, held);
                return default;
            }

            _surroundings.Log.OwnerLetIn(keys.AccountText, address);
            ignored = Scopes.Network | Scopes.Account;
        }
    }

    /// <inheritdoc/>
    public async ValueTask RecordAsync(LoginAttempt attempt, bool granted, CancellationToken cancellation)
    {
        if (CountedAddress(attempt) is not { } address) return;
        var keys = new AttemptKeys(_secret, address, attempt);
        if (granted)
        {
            _counts.Grant(keys);
            if (attempt.Account is { } account) await _refusals.RememberOwnerAsync(account, keys, cancellation);
            return;
        }

        foreach (var refusal in _counts.Fail(keys, attempt.Fingerprint)) await _refusals.EnterAsync(keys, refusal, cancellation);
    }

    /// <inheritdoc/>
    public void Withdraw(LoginAttempt attempt)
    {
        if (CountedAddress(attempt) is { } address) _counts.Release(new AttemptKeys(_secret, address, attempt));
    }

    private async ValueTask<ThrottleAnswer> AdmitAsync(LoginAttempt attempt, AttemptKeys keys, Judgement judgement, Scopes ignored)
    {
        var options = _surroundings.Options;
        var forAddress = options.DelayAfter(judgement.AddressFailures);
        var forAccount = options.DelayAfter(judgement.AccountFailures);
        if (forAccount <= forAddress) return new ThrottleAnswer(true, forAddress);

        // Nor is he slowed down there by what others do. The attempt has begun, so it is not given up here.
        var isOwners = ignored.HasFlag(Scopes.Account) || await _refusals.IsOwnersAsync(attempt.Account, keys, CancellationToken.None);
        return new ThrottleAnswer(true, isOwners ? forAddress : forAccount);
    }

    private async ValueTask<bool> WaitAsync(Task gate, long started, CancellationToken cancellation)
    {
        var left = _surroundings.Options.MaxWait - _surroundings.Time.GetElapsedTime(started);
        if (left <= TimeSpan.Zero) return false;
        try
        {
            await gate.WaitAsync(left, _surroundings.Time, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private IPAddress? CountedAddress(LoginAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt.LoginName, nameof(attempt));
        if (attempt.Address is null) return null;
        var address = ThrottleKeys.Plain(attempt.Address);
        foreach (var network in _surroundings.Options.AllowedNetworks)
        {
            if (network.Contains(address)) return null;
        }

        return address;
    }
}
