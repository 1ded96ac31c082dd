namespace Merpati.Auth.Passwords;

/// <summary>How much a <see cref="PasswordChecker"/> may use. A value beyond its limits throws <see cref="ArgumentOutOfRangeException"/>.</summary>
public sealed record PasswordCheckerOptions
{
    /// <summary>The threads that compute, 1 to 256. By default half of the processors: the other half is left to the mail.</summary>
    public int Threads
    {
        get;
        init => field = Between(value, 1, 256, nameof(Threads));
    } = Math.Clamp(Environment.ProcessorCount / 2, 1, 256);

    /// <summary>
    /// The checks that may wait for a thread, 0 to 100,000; the next is answered <see cref="LoginVerdict.Unavailable"/>. By default 256,
    /// about a minute of work for one thread.
    /// </summary>
    public int MaxWaiting
    {
        get;
        init => field = Between(value, 0, 100_000, nameof(MaxWaiting));
    } = 256;

    /// <summary>The successful checks that are remembered, 0 to 1,000,000, about 100 octets each. By default 10,000; 0 remembers none.</summary>
    public int CacheEntries
    {
        get;
        init => field = Between(value, 0, 1_000_000, nameof(CacheEntries));
    } = 10_000;

    /// <summary>How long after its computation a successful check is remembered, 0 to 1 day. By default 10 minutes; use does not prolong it.</summary>
    public TimeSpan CacheLifetime
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(CacheLifetime), value, "0 to 1 day");
    } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The iterations of PBKDF2 that any refusal costs at least: the number used for new passwords, within the limits of
    /// <see cref="PasswordVerifier"/>. Accounts with more iterations than this are refused later than unknown names.
    /// </summary>
    public int Iterations
    {
        get;
        init => field = Between(value, PasswordVerifier.MinIterations, PasswordVerifier.MaxIterations, nameof(Iterations));
    } = PasswordVerifier.DefaultIterations;

    private static int Between(int value, int least, int most, string name) =>
        value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, $"{least} to {most}");
}
