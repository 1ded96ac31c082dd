using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Mail.Addresses;

/// <summary>
/// A domain name in its canonical form (lower-case A-labels, no trailing dot) or an address literal such as
/// <c>[192.0.2.1]</c> or <c>[IPv6:2001:db8::1]</c> (RFC 5321 §4.1.2, §4.1.3). At most 255 octets (RFC 5321 §4.5.3.1.2).
/// By construction it holds no CR, LF, NUL or other byte outside the grammar.
/// </summary>
public sealed class Domain : IEquatable<Domain>
{
    /// <summary>The longest domain, in octets (RFC 5321 §4.5.3.1.2).</summary>
    public const int MaxLength = 255;

    private const int MaxLabelLength = 63; // RFC 1035 §2.3.4

    private static readonly SearchValues<char> LiteralDigits = SearchValues.Create("0123456789abcdefABCDEF:.");

    private Domain(string name, bool isLiteral)
    {
        Name = name;
        IsLiteral = isLiteral;
    }

    /// <summary>The canonical text, brackets included for a literal.</summary>
    public string Name { get; }

    /// <summary>Whether this is an address literal rather than a name.</summary>
    public bool IsLiteral { get; }

    /// <summary>Reads a domain or an address literal; false when the octets are neither.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out Domain? domain)
    {
        domain = null;
        if (text.IsEmpty || text.Length > MaxLength) return false;
        if (text[0] == (byte)'[') return TryParseLiteral(text, out domain);
        if (!IsDomainName(text)) return false;
        domain = new Domain(Encoding.ASCII.GetString(text).ToLowerInvariant(), isLiteral: false);
        return true;
    }

    /// <summary>The same; with <paramref name="allowUtf8"/> labels may be U-labels, which become A-labels (RFC 6531 §3.3, RFC 5890 §2.3.2.1).</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, bool allowUtf8, [NotNullWhen(true)] out Domain? domain)
    {
        domain = null;
        if (!allowUtf8 || Ascii.IsValid(text)) return TryParse(text, out domain);
        if (text.Length > MaxLength || !Utf8Text.IsValid(text)) return false;

        // IDNA knows other dots, which are for people's fingers, not for the wire.
        var name = Encoding.UTF8.GetString(text);
        return !name.AsSpan().ContainsAny('\u3002', '\uFF0E', '\uFF61') && TryParse(name, out domain);
    }

    /// <summary>Reads a domain as people write it: U-labels are turned into A-labels (RFC 5890 §2.3.2.1).</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Domain? domain)
    {
        ArgumentNullException.ThrowIfNull(text);
        domain = null;
        if (text.Length is 0 or > MaxLength) return false;
        if (Ascii.IsValid(text)) return TryParse(Encoding.ASCII.GetBytes(text), out domain);
        try
        {
            return TryParse(Encoding.ASCII.GetBytes(new IdnMapping { UseStd3AsciiRules = true }.GetAscii(text.ToLowerInvariant())), out domain);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(Domain? other) => other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Domain);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    // RFC 5321 §4.1.2: sub-domain = Let-dig [Ldh-str]. The underscore, illegal there, occurs in the wild and harms nobody.
    private static bool IsDomainName(ReadOnlySpan<byte> text)
    {
        var labelStart = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] != (byte)'.')
            {
                if (!char.IsAsciiLetterOrDigit((char)text[i]) && text[i] is not ((byte)'-' or (byte)'_')) return false;
                continue;
            }

            var label = text[labelStart..i];
            if (label.IsEmpty || label.Length > MaxLabelLength || label[0] == (byte)'-' || label[^1] == (byte)'-') return false;
            labelStart = i + 1;
        }

        return true;
    }

    // RFC 5321 §4.1.3. General-address-literal has no registered tag besides IPv6, so nothing else is taken.
    private static bool TryParseLiteral(ReadOnlySpan<byte> text, [NotNullWhen(true)] out Domain? domain)
    {
        domain = null;
        if (text.Length < 3 || text[^1] != (byte)']') return false;
        var inner = Encoding.ASCII.GetString(text[1..^1]);
        if (inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
        {
            var digits = inner[5..];
            if (digits.AsSpan().ContainsAnyExcept(LiteralDigits) ||
                !IPAddress.TryParse(digits, out var six) || six.AddressFamily != AddressFamily.InterNetworkV6) return false;
            domain = new Domain($"[IPv6:{six}]", isLiteral: true);
            return true;
        }

        if (!IsDottedQuad(inner) || !IPAddress.TryParse(inner, out var four)) return false;
        domain = new Domain($"[{four}]", isLiteral: true);
        return true;
    }

    private static bool IsDottedQuad(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && Array.TrueForAll(parts, part =>
            part.Length is > 0 and <= 3 && !part.AsSpan().ContainsAnyExceptInRange('0', '9') &&
            int.Parse(part, CultureInfo.InvariantCulture) <= 255);
    }
}
