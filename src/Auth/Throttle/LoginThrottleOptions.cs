using System.Net;

namespace Merpati.Auth.Throttle;

/// <summary>How patient the throttle is.</summary>
public sealed record LoginThrottleOptions
{
    /// <summary>
    /// Networks whose attempts never count and are never refused. Loopback is not among them by itself: guesses also come from there, through
    /// a webmail, a tunnel or a user of the machine. Who runs a webmail that throttles its own users lists its address here.
    /// </summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>How long a failure counts; the count slides over it.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The failures of one address (IPv6: of one /64) within the window with which it is refused; at least 1.</summary>
    public int AddressLimit { get; init; } = 20;

    /// <summary>The failures of one network (IPv4 /24, IPv6 /48) within the window with which it is refused; at least 1.</summary>
    public int NetworkLimit { get; init; } = 100;

    /// <summary>The failures for one account, from anywhere, within the window with which it is shut for all but its owner's known addresses; at least 1.</summary>
    public int AccountLimit { get; init; } = 20;

    /// <summary>How many failures of an address or for an account are not slowed down.</summary>
    public int FreeFailures { get; init; } = 2;

    /// <summary>The delay after the last failure that is free; each further one doubles it. Zero for no delays.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the first refusal holds; each repetition doubles it.</summary>
    public TimeSpan FirstRefusal { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest refusal.</summary>
    public TimeSpan MaxRefusal { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long after the end of a refusal another one is a repetition.</summary>
    public TimeSpan RepetitionMemory { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long an attempt may wait for the outcome of others before it is refused. Only those wait of whom more than the limit would be under way at once.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many addresses, networks, accounts and pairs of them are counted at once, each; at least 8. When there are more, those with the
    /// fewest failures are forgotten first. About 250 octets of memory each, taken as they are used.
    /// </summary>
    public int TrackedKeys { get; init; } = 32_768;

    internal TimeSpan DelayAfter(int failures) => Doubled(FirstDelay, failures - FreeFailures, MaxDelay);

    internal TimeSpan RefusalAfter(int repetitions) => Doubled(FirstRefusal, repetitions, MaxRefusal);

    /// <summary>How many repetitions a refusal of this length stands for.</summary>
    internal int RepetitionsOf(TimeSpan refusal)
    {
        var repetitions = 0;
        while (repetitions < MaxDoublings && RefusalAfter(repetitions) < refusal && RefusalAfter(repetitions) < MaxRefusal) repetitions++;
        return repetitions;
    }

    internal const int MaxDoublings = 40; // every sensible cap is reached before

    private static TimeSpan Doubled(TimeSpan first, int times, TimeSpan cap)
    {
        if (times < 0) return TimeSpan.Zero;
        var ticks = Math.ScaleB(first.Ticks, Math.Min(times, MaxDoublings));
        return ticks < cap.Ticks ? TimeSpan.FromTicks((long)ticks) : cap;
    }
}
