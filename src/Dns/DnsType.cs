namespace Merpati.Dns;

/// <summary>The types of records that can be asked for, with their numbers on the wire.</summary>
public enum DnsType
{
    /// <summary>An IPv4 address (RFC 1035 §3.4.1).</summary>
    A = 1,

    /// <summary>Another name for the owner (RFC 1035 §3.3.1).</summary>
    Cname = 5,

    /// <summary>The name of an address (RFC 1035 §3.3.12).</summary>
    Ptr = 12,

    /// <summary>A host that takes mail (RFC 1035 §3.3.9).</summary>
    Mx = 15,

    /// <summary>Text (RFC 1035 §3.3.14).</summary>
    Txt = 16,

    /// <summary>An IPv6 address (RFC 3596 §2.1).</summary>
    Aaaa = 28,

    /// <summary>The certificate of a service (RFC 6698 §2).</summary>
    Tlsa = 52,
}
