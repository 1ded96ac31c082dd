using Merpati.Mail.Status;

namespace Merpati.Dns.MailHosts;

/// <summary>The hosts that take mail for a domain, or why there is none.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Hosts">In the order in which to try them; none unless they were found.</param>
public sealed record MailHostAnswer(MailHostOutcome Outcome, IReadOnlyList<MailHost> Hosts)
{
    /// <summary>Whether the server says that DNSSEC proves which the hosts are (RFC 7672 §2.2.1); see <see cref="DnsAnswer.IsAuthentic"/>.</summary>
    public bool IsAuthentic { get; init; }

    /// <summary>Whether to try again later rather than to tell the sender.</summary>
    public bool IsTemporary => Outcome == MailHostOutcome.TryLater;

    /// <summary>The enhanced code for notices; 2.0.0 for found hosts.</summary>
    public EnhancedStatusCode Status => Row.Status;

    /// <summary>What happened, as a sentence for people, without the domain's name.</summary>
    public string Text => Row.Text;

    private (EnhancedStatusCode Status, string Text) Row => Outcome switch
    {
        MailHostOutcome.Found => (new EnhancedStatusCode(2, 0, 0), "Hosts that take mail for the domain were found."),
        MailHostOutcome.NoSuchDomain => (new EnhancedStatusCode(5, 1, 2), "The domain does not exist."),
        MailHostOutcome.NullMx => (new EnhancedStatusCode(5, 1, 10), "The domain takes no mail (null MX)."), // RFC 7505 §5
        MailHostOutcome.LoopsBackToUs => (new EnhancedStatusCode(5, 4, 6), "Mail for the domain would come back to this host."),
        MailHostOutcome.NoPublicAddress => (new EnhancedStatusCode(5, 4, 4), "The hosts of the domain have private addresses only."),
        MailHostOutcome.NoAddress => (new EnhancedStatusCode(5, 4, 4), "No host of the domain has an address."),
        MailHostOutcome.TryLater => (new EnhancedStatusCode(4, 4, 3), "The DNS did not say where mail for the domain goes."),
        _ => throw new InvalidOperationException($"No row for {Outcome}"),
    };

    /// <summary>An answer without hosts.</summary>
    public static MailHostAnswer Of(MailHostOutcome outcome) => new(outcome, []);
}
