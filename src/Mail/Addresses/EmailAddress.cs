using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Merpati.Mail.Addresses;

/// <summary>
/// A mailbox in the sense of RFC 5321 §4.1.2, <c>local-part@domain</c>. At most 254 octets, so that it fits a path
/// of 256 with its angle brackets (RFC 5321 §4.5.3.1.3).
/// </summary>
/// <param name="Local">Before the "@".</param>
/// <param name="Domain">After the "@".</param>
public sealed record EmailAddress(LocalPart Local, Domain Domain)
{
    /// <summary>The longest address, in octets.</summary>
    public const int MaxLength = 254;

    /// <summary>Whether it is ASCII, so that it can go where SMTPUTF8 is not known. The domain always is, by its A-labels.</summary>
    public bool IsAscii => Local.IsAscii;

    /// <summary>Reads an address of ASCII without angle brackets; false when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out EmailAddress? address) => TryParse(text, allowUtf8: false, out address);

    /// <summary>The same; with <paramref name="allowUtf8"/> both parts may hold UTF-8 (RFC 6531 §3.3), and U-labels become A-labels.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, bool allowUtf8, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        if (text.Length > MaxLength) return false;
        var at = text.LastIndexOf((byte)'@');
        if (at < 1 || !LocalPart.TryParse(text[..at], allowUtf8, out var local) || !Domain.TryParse(text[(at + 1)..], allowUtf8, out var domain)) return false;

        // A-labels are longer than the U-labels that they stand for.
        if (at + 1 + domain.Name.Length > MaxLength) return false;
        address = new EmailAddress(local, domain);
        return true;
    }

    /// <summary>Reads an address as people write it, in Unicode perhaps (RFC 6531 §3.3); false when it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out EmailAddress? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out address);
    }

    /// <summary>The form for the wire, without angle brackets.</summary>
    public override string ToString() => $"{Local}@{Domain}";
}
