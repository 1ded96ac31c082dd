using System.Net;

namespace Merpati.Auth.Throttle;

/// <summary>Somebody wants to log in.</summary>
/// <param name="Address">From where; null when it did not come over a network.</param>
/// <param name="LoginName">Under which name, as the client gave it.</param>
public readonly record struct LoginAttempt(IPAddress? Address, string LoginName)
{
    /// <summary>The account that goes by the name; null when there is none. Whoever has read the credentials sets it, so that all names of an account count together.</summary>
    public Identity? Account { get; init; }

    /// <summary>Stands for the password that is tried, by a hash under a key that only this process knows; 0 when it is not known, as in a challenge and response.</summary>
    public ulong Fingerprint { get; init; }
}

/// <summary>What the throttle says to an attempt.</summary>
/// <param name="IsAllowed">Whether it may be made.</param>
/// <param name="Delay">How long the answer to it shall be held back first.</param>
public readonly record struct ThrottleAnswer(bool IsAllowed, TimeSpan Delay);

/// <summary>
/// Slows down and shuts out those who guess passwords: by address, network and account, shared by all protocols. Safe for concurrent callers.
/// </summary>
public interface ILoginThrottle
{
    /// <summary>
    /// Whether the attempt may be made now, before the password is looked at but after the client has said all that it must: what is
    /// allowed counts against others until <see cref="RecordAsync"/> or <see cref="Withdraw"/> is called with the same attempt.
    /// Waits while the attempts under way would be too many if all of them failed.
    /// </summary>
    ValueTask<ThrottleAnswer> AskAsync(LoginAttempt attempt, CancellationToken cancellation);

    /// <summary>Says how an attempt that was allowed went.</summary>
    ValueTask RecordAsync(LoginAttempt attempt, bool granted, CancellationToken cancellation);

    /// <summary>Says that an attempt that was allowed came to nothing: it was neither granted nor refused.</summary>
    void Withdraw(LoginAttempt attempt)
    {
    }
}

/// <summary>What an entry of the throttle is about.</summary>
public enum ThrottleScope
{
    /// <summary>One address; an IPv6 address as its /64.</summary>
    Address,

    /// <summary>A network: an IPv4 /24 or an IPv6 /48.</summary>
    Network,

    /// <summary>An account, for everybody but its owner's known addresses.</summary>
    Account,
}

/// <summary>A temporary refusal in force.</summary>
/// <param name="Scope">What it is about.</param>
/// <param name="Key">Which address, network or account, in its canonical text.</param>
/// <param name="Failures">How many attempts have failed when it was made or last prolonged.</param>
/// <param name="Reason">Why, in a line for an administrator.</param>
/// <param name="Since">When it was made.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record ThrottleEntry(ThrottleScope Scope, string Key, int Failures, string Reason, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>Where entries are kept, so that they outlive the process and an administrator can lift them from another. Safe for concurrent callers.</summary>
public interface IThrottleLedger
{
    /// <summary>All entries that have not ended at <paramref name="now"/>, the newest first.</summary>
    ValueTask<IReadOnlyList<ThrottleEntry>> ListAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The entry of this scope and key; null when there is none, or none any more.</summary>
    ValueTask<ThrottleEntry?> FindAsync(ThrottleScope scope, string key, CancellationToken cancellation);

    /// <summary>Keeps an entry in place of an earlier one of its scope and key. Entries that ended before its Since are forgotten.</summary>
    ValueTask PutAsync(ThrottleEntry entry, CancellationToken cancellation);

    /// <summary>Takes an entry away; false when there was none.</summary>
    ValueTask<bool> LiftAsync(ThrottleScope scope, string key, CancellationToken cancellation);

    /// <summary>Remembers that an account's owner has logged in from an address; the last few per account are kept, for 90 days.</summary>
    ValueTask RememberOwnerAsync(long accountId, string addressKey, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>Whether an account's owner has logged in from an address lately.</summary>
    ValueTask<bool> IsOwnersAsync(long accountId, string addressKey, DateTimeOffset now, CancellationToken cancellation);
}
