using System.Net;
using Merpati.Mail.Addresses;

namespace Merpati.Dns.MailHosts;

/// <summary>Which hosts may be used, and in which order.</summary>
public sealed record MailHostRules
{
    /// <summary>The rules for mail to strangers, where nothing is known of our own names and addresses.</summary>
    public static readonly MailHostRules Default = new();

    /// <summary>
    /// Whether a host is this one. It is asked with each name and a null address, then with each name and address that were found. Loopback and
    /// unspecified addresses are ours anyway, unless private ones are allowed.
    /// </summary>
    public Func<Domain, IPAddress?, bool> IsOurs { get; init; } = static (_, _) => false;

    /// <summary>Whether private, loopback, link-local and other special addresses may be used: only where an administrator's route says so.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Whether IPv6 addresses are used.</summary>
    public bool UseIPv6 { get; init; } = true;

    /// <summary>Whether IPv4 addresses are used.</summary>
    public bool UseIPv4 { get; init; } = true;

    /// <summary>Whether a host's IPv6 addresses are tried before its IPv4 addresses.</summary>
    public bool PrefersIPv6 { get; init; } = true;

    /// <summary>The most MX hosts whose addresses are asked for, the best ones; at least 1.</summary>
    public int MaxHosts { get; init; } = 10;

    /// <summary>The most addresses of each family that are used of one host; at least 1.</summary>
    public int MaxAddressesPerFamily { get; init; } = 4;
}
