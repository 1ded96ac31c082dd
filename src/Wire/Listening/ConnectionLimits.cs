using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Merpati.Wire.Listening;

/// <summary>Whether one more connection may come in.</summary>
public enum Admission
{
    /// <summary>It may.</summary>
    Granted,

    /// <summary>The server has as many as it takes.</summary>
    ServerFull,

    /// <summary>This address has as many as one may have.</summary>
    AddressFull,
}

/// <summary>Counts connections, overall and per client address; an IPv6 address counts as its /64. Safe for concurrent callers.</summary>
public sealed class ConnectionLimits
{
    private readonly int _overall;
    private readonly int _perAddress;
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _count;

    /// <summary>Limits of <paramref name="overall"/> connections and <paramref name="perAddress"/> from one address.</summary>
    public ConnectionLimits(int overall, int perAddress)
    {
        _overall = overall;
        _perAddress = perAddress;
    }

    /// <summary>How many connections there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts one more connection if the limits allow it; what was granted must be given back with <see cref="Leave"/>.</summary>
    public Admission Enter(IPAddress? address)
    {
        lock (_gate)
        {
            if (_count >= _overall) return Admission.ServerFull;
            if (!CountFor(address)) return Admission.AddressFull;
            _count++;
            return Admission.Granted;
        }
    }

    /// <summary>
    /// Names the client of a connection that was granted without an address. When its address has as many as it may have, the connection
    /// stays as it was: counted, and without an address.
    /// </summary>
    public Admission Name(IPAddress? address)
    {
        lock (_gate) return CountFor(address) ? Admission.Granted : Admission.AddressFull;
    }

    /// <summary>Gives one connection back.</summary>
    public void Leave(IPAddress? address)
    {
        lock (_gate)
        {
            _count--;
            if (address is null) return;
            var network = Network(address);
            if (_byAddress[network] == 1) _byAddress.Remove(network);
            else _byAddress[network]--;
        }
    }

    private bool CountFor(IPAddress? address)
    {
        if (address is null) return true;
        ref var ofAddress = ref CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, Network(address), out _);
        if (ofAddress >= _perAddress) return false;
        ofAddress++;
        return true;
    }

    // One customer of an IPv6 provider has a whole /64, so that is what counts as one address.
    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPAddress(octets);
    }
}
