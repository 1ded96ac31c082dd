using System.Net;
using System.Net.Sockets;
using Merpati.Wire.Connections;

namespace Merpati.Wire.Listening;

/// <summary>
/// Version 1 of the PROXY header, a line of text (proxy-protocol.txt §2.1): "PROXY TCP4 192.0.2.1 198.51.100.1 40000 25" CRLF, with one space in
/// each place.
/// </summary>
internal static class ProxyLine
{
    private const int MaxLength = 107; // octets with CRLF

    private static ReadOnlySpan<byte> Mark => "PROXY "u8;

    /// <summary>Whether this is the start of one, as far as it goes.</summary>
    public static bool IsOne(ReadOnlySpan<byte> octets)
    {
        var compared = Math.Min(octets.Length, Mark.Length);
        return octets[..compared].SequenceEqual(Mark[..compared]);
    }

    public static ProxyOutcome Read(ReadOnlySpan<byte> octets, ref int length, ref ConnectionEnds ends)
    {
        var window = octets[..Math.Min(octets.Length, MaxLength)];
        var end = window.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 || (end + 1 == window.Length && window[end] == (byte)'\r')) return window.Length < MaxLength ? ProxyOutcome.NeedMore : ProxyOutcome.Malformed;
        if (!window[end..].StartsWith("\r\n"u8)) return ProxyOutcome.Malformed;
        length = end + 2;
        var rest = window[Mark.Length..end];
        var family = Next(ref rest);
        if (family.SequenceEqual("UNKNOWN"u8)) return ProxyOutcome.Unnamed; // what follows says nothing either
        var kind = family.SequenceEqual("TCP4"u8) ? AddressFamily.InterNetwork : family.SequenceEqual("TCP6"u8) ? AddressFamily.InterNetworkV6 : default;
        if (kind == default) return ProxyOutcome.Malformed;
        if (Address(Next(ref rest), kind) is not { } source || Address(Next(ref rest), kind) is not { } destination) return ProxyOutcome.Malformed;
        if (Port(Next(ref rest)) is not { } from || Port(rest) is not { } to) return ProxyOutcome.Malformed;
        ends = new ConnectionEnds(new IPEndPoint(source, from), new IPEndPoint(destination, to));
        return ProxyOutcome.Named;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        var space = rest.IndexOf((byte)' ');
        var word = space < 0 ? rest : rest[..space];
        rest = space < 0 ? default : rest[(space + 1)..];
        return word;
    }

    // The library also reads forms that have no place here (one number for all of IPv4, octal, a scope): these octets keep them out.
    private static IPAddress? Address(ReadOnlySpan<byte> text, AddressFamily kind)
    {
        var isFour = kind == AddressFamily.InterNetwork;
        if (isFour ? text.Count((byte)'.') != 3 : !text.Contains((byte)':')) return null;
        if (text.ContainsAnyExcept(isFour ? "0123456789."u8 : "0123456789abcdefABCDEF:."u8)) return null;
        if (isFour && (text.StartsWith("0"u8) && text[1] != (byte)'.' || HasLeadingZero(text))) return null;
        return IPAddress.TryParse(text, out var address) && address.AddressFamily == kind ? address : null;
    }

    private static bool HasLeadingZero(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] == (byte)'.' && text[i + 1] == (byte)'0' && text[i + 2] != (byte)'.') return true;
        }

        return false;
    }

    private static int? Port(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 5 || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return null;
        if (text.Length > 1 && text[0] == (byte)'0') return null;
        var port = 0;
        foreach (var digit in text) port = (port * 10) + digit - '0';
        return port <= IPEndPoint.MaxPort ? port : null;
    }
}
