using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Dns;

/// <summary>
/// A name of the DNS: labels of 1 to 63 octets, at most 255 octets on the wire (RFC 1035 §2.3.4). Letters of ASCII are kept in lower case, since case
/// makes no difference (RFC 4343 §3). A name out of an answer may hold any octets; its text shows them escaped (RFC 4343 §2.1).
/// </summary>
public sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>The longest name on the wire, in octets, the last empty label included (RFC 1035 §2.3.4).</summary>
    public const int MaxLength = 255;

    /// <summary>The longest label, in octets.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>The root, the name without labels.</summary>
    public static readonly DnsName Root = new([0]);

    private readonly byte[] _wire;

    private DnsName(byte[] wire) => _wire = wire;

    /// <summary>Whether it is the root.</summary>
    public bool IsRoot => _wire.Length == 1;

    /// <summary>Its octets on the wire, uncompressed.</summary>
    internal ReadOnlySpan<byte> Wire => _wire;

    internal int Length => _wire.Length;

    /// <summary>
    /// Reads a name as it is written, with or without the last dot: labels of visible ASCII without escapes. False when it is none. A name is always
    /// complete: nothing is ever added from a search list.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DnsName? name)
    {
        ArgumentNullException.ThrowIfNull(text);
        name = text == "." ? Root : null;
        if (name is not null) return true;
        var labels = text.AsSpan();
        if (labels.EndsWith(".", StringComparison.Ordinal)) labels = labels[..^1];
        if (labels.Length is 0 or > MaxLength - 2) return false;

        var wire = new byte[labels.Length + 2];
        var labelStart = 0;
        for (var i = 0; i <= labels.Length; i++)
        {
            if (i < labels.Length && labels[i] != '.')
            {
                if (labels[i] is <= ' ' or > '~' or '\\') return false;
                wire[i + 1] = (byte)char.ToLowerInvariant(labels[i]);
                continue;
            }

            if (i - labelStart is 0 or > MaxLabelLength) return false;
            wire[labelStart] = (byte)(i - labelStart);
            labelStart = i + 1;
        }

        name = new DnsName(wire);
        return true;
    }

    /// <summary>The name of a domain; false for an address literal, and for a domain whose name is too long for the DNS.</summary>
    public static bool TryFrom(Domain domain, [NotNullWhen(true)] out DnsName? name)
    {
        ArgumentNullException.ThrowIfNull(domain);
        name = null;
        return !domain.IsLiteral && TryParse(domain.Name, out name);
    }

    /// <summary>The name under which the names of an address are found (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
    public static DnsName Reverse(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var octets = plain.GetAddressBytes();
        Array.Reverse(octets);
        var text = new StringBuilder(80);
        if (plain.AddressFamily == AddressFamily.InterNetwork)
        {
            foreach (var octet in octets) text.Append(CultureInfo.InvariantCulture, $"{octet}.");
            text.Append("in-addr.arpa");
        }
        else
        {
            foreach (var octet in octets) text.Append(CultureInfo.InvariantCulture, $"{octet & 15:x}.{octet >> 4:x}.");
            text.Append("ip6.arpa");
        }

        return TryParse(text.ToString(), out var name) ? name : throw new ArgumentException("An address always has a name", nameof(address));
    }

    /// <summary>The domain that this name is for mail; false when it could not stand in an address.</summary>
    public bool TryGetDomain([NotNullWhen(true)] out Domain? domain)
    {
        domain = null;
        return !IsRoot && Domain.TryParse(Encoding.ASCII.GetBytes(ToString()), out domain) && !domain.IsLiteral;
    }

    /// <inheritdoc/>
    public bool Equals(DnsName? other) => other is not null && _wire.AsSpan().SequenceEqual(other._wire);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_wire);
        return hash.ToHashCode();
    }

    /// <summary>The text, without the last dot; the root is a dot. Only visible ASCII: all else is escaped.</summary>
    public override string ToString()
    {
        if (IsRoot) return ".";
        var text = new StringBuilder(_wire.Length);
        for (var at = 0; _wire[at] != 0; at += _wire[at] + 1)
        {
            if (at > 0) text.Append('.');
            foreach (var octet in _wire.AsSpan(at + 1, _wire[at]))
            {
                if (octet is (byte)'.' or (byte)'\\') text.Append('\\').Append((char)octet);
                else if (octet is > (byte)' ' and <= (byte)'~') text.Append((char)octet);
                else text.Append(CultureInfo.InvariantCulture, $"\\{octet:d3}");
            }
        }

        return text.ToString();
    }

    // The octets were proven by the reader of names: labels within their limits, and the empty one at the end.
    internal static DnsName FromWire(ReadOnlySpan<byte> proven)
    {
        if (proven.Length == 1) return Root;
        var wire = new byte[proven.Length];
        for (var i = 0; i < wire.Length; i++) wire[i] = Lower(proven[i]);
        return new DnsName(wire);
    }

    // Lengths of labels are below the letters, so that a whole name can be lowered at once.
    internal static byte Lower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
}
