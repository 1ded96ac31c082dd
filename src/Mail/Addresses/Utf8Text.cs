using System.Buffers;
using System.Globalization;
using System.Text;

namespace Merpati.Mail.Addresses;

/// <summary>
/// Text beyond ASCII as mail takes it (RFC 6531 §3.3, RFC 6532 §3.1): strict UTF-8 (RFC 3629 §4: nothing overlong, no surrogates) without
/// what is no text or shows as something else: controls, line separators, bidirectional overrides, noncharacters.
/// </summary>
public static class Utf8Text
{
    /// <summary>Whether all of <paramref name="octets"/> is strict UTF-8 of characters that <see cref="IsAllowed"/> allows; ASCII printables and space among them.</summary>
    public static bool IsValid(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(octets, out var rune, out var length) != OperationStatus.Done || !IsAllowed(rune)) return false;
            octets = octets[length..];
        }

        return true;
    }

    /// <summary>Whether a character may stand in an address, a command or a reply.</summary>
    public static bool IsAllowed(Rune rune)
    {
        if (rune.IsAscii) return rune.Value is >= ' ' and <= '~';
        if ((rune.Value & 0xFFFE) == 0xFFFE || rune.Value is (>= 0xFDD0 and <= 0xFDEF) or 0xFFFD) return false; // noncharacters; the mark of damage
        return Rune.GetUnicodeCategory(rune) switch
        {
            // The two joiners are letters' business in Persian and Indic scripts; the other formats only hide or turn round.
            UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
            _ => true,
        };
    }
}
