using System.Net;
using System.Net.Sockets;

namespace Merpati.Dns.MailHosts;

/// <summary>Tells the addresses at which strangers can be reached from those with another purpose (RFC 6890 and its registries).</summary>
internal static class SpecialAddresses
{
    private static readonly IPNetwork[] SpecialIPv4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/3"),
    ];

    // Within 2000::/3, from which all addresses of hosts are given (RFC 4291 §2.4). Teredo is among the first.
    private static readonly IPNetwork GlobalIPv6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] SpecialIPv6 = [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("3fff::/20")];
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>The address without the clothes of the other family.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Whether it leads to the host that uses it.</summary>
    public static bool IsThisHost(IPAddress address)
    {
        var plain = Plain(address);
        return IPAddress.IsLoopback(plain) || plain.Equals(IPAddress.IPv6Any) || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes()[0] == 0);
    }

    /// <summary>Whether it may belong to a stranger's host.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily == AddressFamily.InterNetwork) return !Array.Exists(SpecialIPv4, network => network.Contains(plain));
        if (Nat64.Contains(plain)) return IsPublic(Inner(plain, 12)); // RFC 6052 §3.1
        if (SixToFour.Contains(plain)) return IsPublic(Inner(plain, 2)); // RFC 3056 §2
        return GlobalIPv6.Contains(plain) && !Array.Exists(SpecialIPv6, network => network.Contains(plain));
    }

    private static IPAddress Inner(IPAddress address, int offset) => new(address.GetAddressBytes().AsSpan(offset, 4));
}
