namespace Merpati.Dns.Messages;

/// <summary>What stands before the contents of a record.</summary>
/// <param name="NameAt">Where in the message the owner's name is.</param>
/// <param name="Type">The number of its type.</param>
/// <param name="Class">The number of its class.</param>
/// <param name="RawTtl">Its TTL as it stands there.</param>
/// <param name="Length">The octets of the contents, which need not be there.</param>
internal readonly record struct RecordHead(int NameAt, int Type, int Class, uint RawTtl, int Length)
{
    public TimeSpan Ttl => Duration(RawTtl);

    // RFC 2181 §8: a TTL with the highest bit set is zero.
    public static TimeSpan Duration(uint seconds) => seconds > int.MaxValue ? TimeSpan.Zero : TimeSpan.FromSeconds(seconds);
}
