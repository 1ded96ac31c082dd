using Merpati.Mail.Addresses;

namespace Merpati.Delivery.Routing;

/// <summary>How addresses are routed.</summary>
public sealed record RoutingOptions
{
    /// <summary>Who gets the mail for postmaster where nothing stands at that address; null for the oldest account.</summary>
    public EmailAddress? Postmaster { get; init; }

    /// <summary>
    /// What parts a user from a detail, as in <c>user+detail</c>: such an address leads to the user when nothing stands at exactly it. Empty for never.
    /// </summary>
    public string DetailSeparator { get; init; } = "+";

    /// <summary>Whether and how mail is carried to other hosts; not at all by default.</summary>
    public RelayOptions Relay { get; init; } = new();
}
