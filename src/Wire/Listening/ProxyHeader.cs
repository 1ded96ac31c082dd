using System.Buffers;
using Merpati.Wire.Connections;

namespace Merpati.Wire.Listening;

/// <summary>What a look for a PROXY header found.</summary>
internal enum ProxyOutcome
{
    /// <summary>Not all of it is there.</summary>
    NeedMore,

    /// <summary>A header that names the client.</summary>
    Named,

    /// <summary>A header that names nobody: the load balancer speaks for itself.</summary>
    Unnamed,

    /// <summary>This is no header, or a broken one.</summary>
    Malformed,
}

/// <summary>
/// Reads the header of the PROXY protocol, version 1 (a line of text) or 2 (binary), as HAProxy's proxy-protocol.txt has them. Resumable: it is
/// shown the stream from its start, in pieces of any size, and is sure of a fault as soon as the octets are.
/// </summary>
internal static class ProxyHeader
{
    /// <summary>Looks for a header at the start of <paramref name="buffer"/> and moves its start past it; what follows is the client's.</summary>
    public static ProxyOutcome Read(ref ReadOnlySequence<byte> buffer, out ConnectionEnds ends)
    {
        Span<byte> copy = stackalloc byte[ProxyBinary.MaxLength];
        var octets = copy[..(int)Math.Min(buffer.Length, copy.Length)];
        buffer.Slice(0, octets.Length).CopyTo(octets);
        var length = 0;
        ends = new ConnectionEnds(null, null);
        var outcome = ProxyLine.IsOne(octets) ? ProxyLine.Read(octets, ref length, ref ends)
            : ProxyBinary.IsOne(octets) ? ProxyBinary.Read(octets, ref length, ref ends)
            : ProxyOutcome.Malformed;
        if (outcome is ProxyOutcome.Named or ProxyOutcome.Unnamed) buffer = buffer.Slice(length);
        return outcome;
    }
}
