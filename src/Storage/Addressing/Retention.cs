namespace Merpati.Storage.Addressing;

/// <summary>
/// How long messages stay in an inbox (the policy that EXPIRE announces, RFC 2449 §6.7). It is counted in whole days from the internal date of a message;
/// with 0 days a message goes when the session that has retrieved it ends with QUIT.
/// </summary>
/// <param name="Days">The days, from 0 on; <see cref="int.MaxValue"/> for ever.</param>
public readonly record struct Retention(int Days)
{
    /// <summary>Nothing is removed.</summary>
    public static Retention Forever => new(int.MaxValue);

    /// <summary>Whether nothing is removed.</summary>
    public bool IsForever => Days == int.MaxValue;
}
