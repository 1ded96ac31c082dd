namespace Merpati.Auth.Throttle;

/// <summary>A moment as the counters see it.</summary>
/// <param name="Bucket">The number of the window under way.</param>
/// <param name="Elapsed">How much of it has passed, from 0 to less than 1.</param>
/// <param name="Utc">The time of day in ticks of UTC, for refusals, which outlive the process.</param>
/// <param name="Remembered">In ticks of UTC: a refusal that ended before is forgotten.</param>
internal readonly record struct WindowTime(long Bucket, double Elapsed, long Utc, long Remembered)
{
    /// <summary>Now. The windows are measured by the clock that nobody sets.</summary>
    public static WindowTime Now(TimeProvider time, LoginThrottleOptions options)
    {
        var length = Math.Max(1, (long)(options.Window.TotalSeconds * time.TimestampFrequency));
        var (bucket, rest) = Math.DivRem(time.GetTimestamp(), length);
        var utc = time.GetUtcNow().UtcTicks;
        return new WindowTime(bucket, (double)rest / length, utc, utc - options.RepetitionMemory.Ticks);
    }
}
