using System.Net;

namespace Merpati.Dns;

/// <summary>A record of class IN.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Type">Its type.</param>
/// <param name="Ttl">How long it holds, as the server said.</param>
public abstract record DnsRecord(DnsName Owner, DnsType Type, TimeSpan Ttl)
{
    // An estimate of its memory in octets.
    internal virtual int Weight => 160 + Owner.Length;
}

/// <summary>An address: A or AAAA.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Type">A or AAAA.</param>
/// <param name="Ttl">How long it holds.</param>
/// <param name="Address">The address, of the type's family.</param>
public sealed record AddressRecord(DnsName Owner, DnsType Type, TimeSpan Ttl, IPAddress Address) : DnsRecord(Owner, Type, Ttl);

/// <summary>A name: CNAME or PTR.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Type">CNAME or PTR.</param>
/// <param name="Ttl">How long it holds.</param>
/// <param name="Target">The name.</param>
public sealed record NameRecord(DnsName Owner, DnsType Type, TimeSpan Ttl, DnsName Target) : DnsRecord(Owner, Type, Ttl)
{
    internal override int Weight => base.Weight + 64 + Target.Length;
}

/// <summary>A host that takes mail: MX.</summary>
/// <param name="Owner">The domain.</param>
/// <param name="Ttl">How long it holds.</param>
/// <param name="Preference">0 to 65535; the lowest is tried first.</param>
/// <param name="Exchange">The host; the root where the domain takes no mail (RFC 7505 §3).</param>
public sealed record MailExchangeRecord(DnsName Owner, TimeSpan Ttl, int Preference, DnsName Exchange) : DnsRecord(Owner, DnsType.Mx, Ttl)
{
    internal override int Weight => base.Weight + 64 + Exchange.Length;
}

/// <summary>Text: TXT.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Ttl">How long it holds.</param>
/// <param name="Text">Its strings put together without anything between, as RFC 7208 §3.3 reads them; any octets.</param>
public sealed record TextRecord(DnsName Owner, TimeSpan Ttl, ReadOnlyMemory<byte> Text) : DnsRecord(Owner, DnsType.Txt, Ttl)
{
    internal override int Weight => base.Weight + Text.Length;
}

/// <summary>The certificate of a service: TLSA (RFC 6698 §2.1). The numbers are as on the wire, unjudged.</summary>
/// <param name="Owner">The service, as <c>_25._tcp.host</c>.</param>
/// <param name="Ttl">How long it holds.</param>
/// <param name="Usage">Certificate usage.</param>
/// <param name="Selector">Selector.</param>
/// <param name="Matching">Matching type.</param>
/// <param name="Association">Certificate association data, never empty.</param>
public sealed record TlsaRecord(DnsName Owner, TimeSpan Ttl, int Usage, int Selector, int Matching, ReadOnlyMemory<byte> Association)
    : DnsRecord(Owner, DnsType.Tlsa, Ttl)
{
    internal override int Weight => base.Weight + Association.Length;
}
