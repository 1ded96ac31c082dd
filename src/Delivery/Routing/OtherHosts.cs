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
    public static RecipientStanding JudgeForeign(RecipientQuestion question, RelayOptions relay) =>
        relay.IsEnabled && (question.IsTrusted || question.Submitter is not null) ? RecipientStanding.Local : RecipientStanding.Foreign;
}
