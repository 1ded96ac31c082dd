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

    /// <summary>Whether the peer is on this machine, so that nobody on the way can listen.</summary>
    public bool IsLoopback => RemoteAddress is null || IPAddress.IsLoopback(RemoteAddress);
}
