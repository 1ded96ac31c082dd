using System.Net;
using Merpati.Mail.Addresses;

namespace Merpati.Dns.MailHosts;

/// <summary>A host to which mail for a domain can be taken.</summary>
/// <param name="Name">Its name; the domain itself where there was no MX record, an address literal where that was asked for.</param>
/// <param name="Preference">Of its MX record, 0 to 65535; 0 without one.</param>
/// <param name="Addresses">Its addresses, in the order in which to try them; at least one.</param>
public sealed record MailHost(Domain Name, int Preference, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>Whether the server says that DNSSEC proves the addresses (RFC 7672 §2.2.2); see <see cref="DnsAnswer.IsAuthentic"/>.</summary>
    public bool IsAuthentic { get; init; }
}
