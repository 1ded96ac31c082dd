using System.Net;
using System.Net.Sockets;

namespace Merpati.Auth.Throttle;

/// <summary>The canonical text of what the throttle's entries are about.</summary>
public static class ThrottleKeys
{
    private const int Ipv6HostBits = 64;
    private const int Ipv6SiteBits = 48;
    private const int Ipv4NetworkBits = 24;

    /// <summary>An IPv4 address as it is (<c>192.0.2.7</c>), an IPv6 address as its /64 (<c>2001:db8:1:2::/64</c>): whoever has one address of that has them all.</summary>
    public static string OfAddress(IPAddress address)
    {
        var plain = Plain(address);
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Cut(plain, Ipv6HostBits) : plain.ToString();
    }

    /// <summary>The IPv4 /24 (<c>192.0.2.0/24</c>) or the IPv6 /48 (<c>2001:db8:1::/48</c>) of an address.</summary>
    public static string OfNetwork(IPAddress address)
    {
        var plain = Plain(address);
        return Cut(plain, plain.AddressFamily == AddressFamily.InterNetworkV6 ? Ipv6SiteBits : Ipv4NetworkBits);
    }

    /// <summary>The account's address.</summary>
    public static string OfAccount(Identity account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Address.ToString();
    }

    /// <summary>The address without a scope and without the IPv6 clothes of an IPv4 address (RFC 4291 §2.5.5.2).</summary>
    internal static IPAddress Plain(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
    }

    private static string Cut(IPAddress address, int bits)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var length);
        octets[(bits / 8)..length].Clear();
        return $"{new IPAddress(octets[..length])}/{bits}";
    }
}
