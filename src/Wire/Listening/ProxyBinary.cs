using System.Buffers.Binary;
using System.Net;
using Merpati.Wire.Connections;

namespace Merpati.Wire.Listening;

/// <summary>Version 2 of the PROXY header, which is binary (proxy-protocol.txt §2.2).</summary>
internal static class ProxyBinary
{
    /// <summary>The longest header that is read, in octets.</summary>
    public const int MaxLength = FixedLength + MaxPayload;

    private const int FixedLength = 16; // octets before the addresses
    private const int MaxPayload = 4096; // octets of addresses and TLVs; what load balancers send is a few hundred
    private const byte Local = 0x20;
    private const byte Proxied = 0x21;
    private const byte Unspecified = 0x00;
    private const byte StreamOverFour = 0x11;
    private const byte StreamOverSix = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Whether this is the start of one, as far as it goes.</summary>
    public static bool IsOne(ReadOnlySpan<byte> octets)
    {
        var compared = Math.Min(octets.Length, Signature.Length);
        return octets[..compared].SequenceEqual(Signature[..compared]);
    }

    public static ProxyOutcome Read(ReadOnlySpan<byte> octets, ref int length, ref ConnectionEnds ends)
    {
        if (octets.Length > Signature.Length && octets[Signature.Length] is not (Local or Proxied)) return ProxyOutcome.Malformed;
        if (octets.Length < FixedLength) return ProxyOutcome.NeedMore;
        var payloadLength = BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        if (payloadLength > MaxPayload) return ProxyOutcome.Malformed;
        length = FixedLength + payloadLength;
        if (octets.Length < length) return ProxyOutcome.NeedMore;
        var payload = octets[FixedLength..length];
        if (octets[Signature.Length] == Local) return ProxyOutcome.Unnamed; // whatever family and payload it has
        switch (octets[Signature.Length + 1])
        {
            case Unspecified:
                return ProxyOutcome.Unnamed;
            case StreamOverFour:
                return Named(payload, 4, ref ends);
            case StreamOverSix:
                return Named(payload, 16, ref ends);
            default: // datagrams and sockets with paths do not lead to a mail server
                return ProxyOutcome.Malformed;
        }
    }

    private static ProxyOutcome Named(ReadOnlySpan<byte> payload, int size, ref ConnectionEnds ends)
    {
        var addresses = (2 * size) + 4;
        if (payload.Length < addresses || !AreWhole(payload[addresses..])) return ProxyOutcome.Malformed;
        var ports = payload[(2 * size)..];
        ends = new ConnectionEnds(
            new IPEndPoint(new IPAddress(payload[..size]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(new IPAddress(payload.Slice(size, size)), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
        return ProxyOutcome.Named;
    }

    // §2.2: type, length in two octets, value; they fill what is left to the last octet. What they say is not needed here.
    private static bool AreWhole(ReadOnlySpan<byte> extensions)
    {
        while (!extensions.IsEmpty)
        {
            if (extensions.Length < 3) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(extensions[1..]);
            if (extensions.Length - 3 < length) return false;
            extensions = extensions[(3 + length)..];
        }

        return true;
    }
}
