using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;

namespace Merpati.Delivery.Routing;

/// <summary>
/// What is to be carried to other hosts. An address of ours that leads there may be written to by anybody, an address of another host only by who is
/// known here: else we would be an open relay (RFC 5321 §7.9). Without a queue everything that leads there is refused at RCPT, so that nothing
/// accepted is dropped. This is the one place that decides it.
/// </summary>
internal static class OtherHosts
{
    /// <summary>The standing of an address of ours that leads to another host; null when it may be accepted.</summary>
    public static RecipientStanding? Judge(bool leadsAbroad, RelayOptions relay) => leadsAbroad && !relay.IsEnabled ? RecipientStanding.NotCarried : null;

    /// <summary>The standing of an address of another host.</summary>
    public static RecipientStanding JudgeForeign(EmailAddress address, RecipientQuestion question, RelayOptions relay) =>
        relay.IsEnabled && (question.IsTrusted || question.Submitter is not null || IsRelayed(address.Domain, relay)) ? RecipientStanding.Local : RecipientStanding.Foreign;

    // RFC 5321 §3.6.2, §5.1: we are the relay of these domains, the host that takes mail for them from everybody.
    private static bool IsRelayed(Domain domain, RelayOptions relay)
    {
        if (relay.Domains.Count == 0) return false;
        if (relay.Domains.Contains(domain.Name)) return true;
        for (var dot = domain.Name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = domain.Name.IndexOf('.', dot + 1))
        {
            if (relay.Domains.Contains(domain.Name[dot..])) return true;
        }

        return false;
    }
}
