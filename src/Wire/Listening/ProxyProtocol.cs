using System.Net;

namespace Merpati.Wire.Listening;

/// <summary>
/// The PROXY protocol, versions 1 and 2: a load balancer says who its client is. From a trusted network the header is required, and ends the
/// connection when it is malformed or late; from anywhere else it is not looked for, and a bad command like any other.
/// </summary>
public sealed record ProxyProtocol
{
    /// <summary>The networks of our own load balancers.</summary>
    public required IReadOnlyList<IPNetwork> Trusted { get; init; }

    /// <summary>How long the header may take as a whole.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    internal bool Trusts(IPAddress? address)
    {
        if (address is null) return false;
        foreach (var network in Trusted)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }
}
