using Merpati.Mail.Addresses;

namespace Merpati.Storage.Addressing;

/// <summary>What is set for an account besides its password.</summary>
/// <param name="QuotaOctets">The most its mailboxes may hold together; null for the domain's default.</param>
/// <param name="AcceptsTerminal">Whether messages may go to its terminals (RFC 821 §3.4).</param>
public sealed record AccountSettings(long? QuotaOctets, bool AcceptsTerminal)
{
    /// <summary>How long messages stay in its inbox; null for what its domain says.</summary>
    public Retention? Retention { get; init; }
}

/// <summary>How full an account is.</summary>
/// <param name="Settings">What is set for it.</param>
/// <param name="UsedOctets">What its mailboxes hold together.</param>
/// <param name="LimitOctets">What it may hold by its own or its domain's default quota; null for no limit.</param>
/// <param name="DomainUsedOctets">What its domain holds together; 0 when the domain has no quota.</param>
/// <param name="DomainLimitOctets">What its domain may hold together; null for no limit.</param>
public sealed record AccountRoom(AccountSettings Settings, long UsedOctets, long? LimitOctets, long DomainUsedOctets, long? DomainLimitOctets)
{
    /// <summary>How long messages stay in its inbox by its own or its domain's setting; null when neither says.</summary>
    public Retention? Retention { get; init; }
}

/// <summary>What is set for a domain.</summary>
/// <param name="CatchAll">Who gets what is for nobody; null when it is refused.</param>
/// <param name="QuotaOctets">The most all its accounts may hold together; null for no limit.</param>
/// <param name="AccountQuotaOctets">The quota of accounts that have none of their own; null for no limit.</param>
public sealed record DomainSettings(EmailAddress? CatchAll, long? QuotaOctets, long? AccountQuotaOctets)
{
    /// <summary>How long messages stay in the inboxes of its accounts that say nothing themselves; null for what the configuration says.</summary>
    public Retention? Retention { get; init; }
}
