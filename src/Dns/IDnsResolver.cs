namespace Merpati.Dns;

/// <summary>Whom to ask for records.</summary>
public interface IDnsResolver
{
    /// <summary>
    /// Asks for the records of a name. Aliases are followed, unless they are what is asked for. Whatever the servers do ends in an outcome; only
    /// cancellation throws. Safe for concurrent callers.
    /// </summary>
    ValueTask<DnsAnswer> QueryAsync(DnsName name, DnsType type, CancellationToken cancellation);
}
