using System.Security.Cryptography;
using Merpati.Mail.Addresses;

namespace Merpati.Dns.MailHosts;

/// <summary>A host that an MX record names, before its addresses are known.</summary>
internal sealed record Exchange(Domain Name, int Preference);

/// <summary>Puts the hosts of MX records in order.</summary>
internal static class ExchangeList
{
    /// <summary>Each host once, the best preference first, equals in random order (RFC 5321 §5.1). What cannot be a host's name is left out.</summary>
    public static List<Exchange> From(IReadOnlyList<DnsRecord> records)
    {
        var exchanges = new List<Exchange>(records.Count);
        foreach (var record in records.OfType<MailExchangeRecord>())
        {
            if (record.Exchange.TryGetDomain(out var name) && !IsAddress(name)) exchanges.Add(new Exchange(name, record.Preference));
        }

        var shuffled = exchanges.ToArray();
        RandomNumberGenerator.Shuffle(shuffled.AsSpan());
        return [.. shuffled.OrderBy(exchange => exchange.Preference).DistinctBy(exchange => exchange.Name)];
    }

    /// <summary>Whether the domain takes no mail: all its hosts are the root (RFC 7505 §3).</summary>
    public static bool IsNull(IReadOnlyList<DnsRecord> records) => records.OfType<MailExchangeRecord>().All(record => record.Exchange.IsRoot);

    // RFC 5321 §5.1: an MX record names a host. An address written as a name is a common mistake, and no top-level domain is a number.
    private static bool IsAddress(Domain name) => !name.Name.AsSpan(name.Name.LastIndexOf('.') + 1).ContainsAnyExceptInRange('0', '9');
}
