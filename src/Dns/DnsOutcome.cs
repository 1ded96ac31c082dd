namespace Merpati.Dns;

/// <summary>How a question ended. The first three are answers; the others say that there was none, and may end otherwise later.</summary>
public enum DnsOutcome
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name exists without records of the type (RFC 2308 §2.2).</summary>
    NoData,

    /// <summary>The name does not exist (RFC 2308 §2.1).</summary>
    NxDomain,

    /// <summary>A server could not find out.</summary>
    ServFail,

    /// <summary>No server answered in time.</summary>
    TimedOut,

    /// <summary>A server does not answer such questions.</summary>
    Refused,

    /// <summary>What the servers answered could not be read.</summary>
    Malformed,

    /// <summary>The aliases of the name lead in a circle, or over too many steps.</summary>
    AliasLoop,
}
