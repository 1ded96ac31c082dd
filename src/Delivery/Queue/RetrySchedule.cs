using System.Security.Cryptography;

namespace Merpati.Delivery.Queue;

/// <summary>Works out when to try again (RFC 5321 §4.5.4.1).</summary>
internal sealed class RetrySchedule
{
    private const int MaxDoublings = 30;
    private const int Grain = 1_000_000;

    private readonly RetryOptions _options;

    public RetrySchedule(RetryOptions options) => _options = options;

    /// <summary>When the attempt after the given number of attempts is due; never past the end of the message's life, where the last one is made.</summary>
    public DateTimeOffset NextDue(DateTimeOffset now, DateTimeOffset acceptedAt, int attempts)
    {
        var due = now + Delay(attempts);
        var end = acceptedAt + _options.Life;
        return due > end && end > now ? end : due;
    }

    /// <summary>The time to wait after the given number of attempts, 1 or more.</summary>
    public TimeSpan Delay(int attempts)
    {
        var doublings = Math.Clamp(attempts - 1, 0, MaxDoublings);
        var delay = Math.Min(_options.First.TotalSeconds * (1L << doublings), Math.Max(_options.First.TotalSeconds, _options.Longest.TotalSeconds));
        var swing = (RandomNumberGenerator.GetInt32(2 * Grain + 1) / (double)Grain) - 1;
        return TimeSpan.FromSeconds(delay * (1 + (swing * _options.Jitter)));
    }

    /// <summary>Whether what was accepted then is given up when it cannot be delivered now.</summary>
    public bool IsTooOld(DateTimeOffset now, DateTimeOffset acceptedAt) => now >= GivenUpAt(acceptedAt);

    public DateTimeOffset GivenUpAt(DateTimeOffset acceptedAt) => acceptedAt + _options.Life;

    /// <summary>Whether the sender of what was accepted then is to be told of the delay.</summary>
    public bool IsDelayed(DateTimeOffset now, DateTimeOffset acceptedAt) => now - acceptedAt >= _options.DelayNotice;
}
