using System.Net;

namespace Merpati.Wire.Connections;

/// <summary>Who is at both ends of a connection.</summary>
/// <param name="Remote">The peer; null when it did not come over a network.</param>
/// <param name="Local">Our end; null when it did not come over a network.</param>
public sealed record ConnectionEnds(IPEndPoint? Remote, IPEndPoint? Local)
{
    /// <summary>The peer's address, an IPv4 address in its own form even where the socket speaks IPv6.</summary>
    public IPAddress? RemoteAddress =>
        Remote?.Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : Remote?.Address;

    /// <summary>The load balancer that said who the peer is; null when the peer came by itself.</summary>
    public IPEndPoint? Proxy { get; init; }

    /// <summary>Whether the peer is on this machine, and its load balancer too, so that nobody on the way can listen.</summary>
    public bool IsLoopback => IsOnThisMachine(RemoteAddress) && IsOnThisMachine(Proxy?.Address);

    private static bool IsOnThisMachine(IPAddress? address) => address is null || IPAddress.IsLoopback(address);
}
