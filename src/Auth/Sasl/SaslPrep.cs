using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Merpati.Auth.Sasl;

/// <summary>
/// SASLprep (RFC 4013) as far as it can be had: non-ASCII spaces become spaces, what is commonly mapped to nothing goes, prohibited
/// characters are refused. Not done: normalisation to form KC, for which the runtime in its invariant mode has no tables (what keyboards
/// type has that form already), the check of right-to-left text, and the refusal of unassigned code points.
/// </summary>
internal static class SaslPrep
{
    // Ranges in pairs, first and last. RFC 3454 table C.1.2.
    private static readonly int[] Spaces = [0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200B, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000];

    // RFC 3454 table B.1. U+200B is among the spaces too, and RFC 4013 §2.1 names those first.
    private static readonly int[] Nothing = [0xAD, 0xAD, 0x34F, 0x34F, 0x1806, 0x1806, 0x180B, 0x180D, 0x200C, 0x200D, 0x2060, 0x2060, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF];

    // RFC 3454 tables C.2.1, C.2.2 and C.3 to C.9, without what the mappings have taken away; the last two code points of each plane apart.
    private static readonly int[] Prohibited =
    [
        0x00, 0x1F, 0x7F, 0x9F, 0x340, 0x341, 0x6DD, 0x6DD, 0x70F, 0x70F, 0x180E, 0x180E, 0x200E, 0x200F, 0x2028, 0x202E,
        0x2061, 0x2063, 0x206A, 0x206F, 0x2FF0, 0x2FFB, 0xE000, 0xF8FF, 0xFDD0, 0xFDEF, 0xFFF9, 0xFFFD, 0x1D173, 0x1D17A,
        0xE0001, 0xE0001, 0xE0020, 0xE007F, 0xF0000, 0xFFFFD, 0x100000, 0x10FFFD,
    ];

    /// <summary>
    /// Prepares octets of UTF-8; false when they are not UTF-8 or hold what is prohibited. The result is never longer than what was given,
    /// perhaps empty, and a copy that is the caller's to erase.
    /// </summary>
    public static bool TryPrepare(ReadOnlySpan<byte> octets, out byte[] prepared)
    {
        prepared = [];
        var buffer = new byte[octets.Length];
        var length = 0;
        while (!octets.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(octets, out var rune, out var read) != OperationStatus.Done || !TryMap(rune, buffer, ref length))
            {
                CryptographicOperations.ZeroMemory(buffer);
                return false;
            }

            octets = octets[read..];
        }

        prepared = length == buffer.Length ? buffer : buffer[..length];
        if (length != buffer.Length) CryptographicOperations.ZeroMemory(buffer);
        return true;
    }

    /// <summary>Whether preparation leaves the octets as they are, as it does with printable ASCII.</summary>
    public static bool IsPrintableAscii(ReadOnlySpan<byte> octets) => !octets.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);

    private static bool TryMap(Rune rune, byte[] buffer, ref int length)
    {
        if (rune.Value is >= 0x20 and <= 0x7E || IsIn(Spaces, rune.Value))
        {
            buffer[length++] = rune.IsAscii ? (byte)rune.Value : (byte)' ';
            return true;
        }

        if (IsIn(Nothing, rune.Value)) return true;
        // RFC 3454 table C.4: the last two of each plane are no characters.
        if (IsIn(Prohibited, rune.Value) || (rune.Value & 0xFFFE) == 0xFFFE) return false;
        length += rune.EncodeToUtf8(buffer.AsSpan(length));
        return true;
    }

    private static bool IsIn(int[] ranges, int value)
    {
        for (var i = 0; i < ranges.Length && ranges[i] <= value; i += 2)
        {
            if (value <= ranges[i + 1]) return true;
        }

        return false;
    }
}
