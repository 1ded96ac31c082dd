using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Merpati.Host.Cli.Talking;

/// <summary>
/// Text that stands for octets, whatever they are, so that what comes in can go out as it was: UTF-8 is the characters that it means, and each octet that is no
/// UTF-8 a lone half of a character, U+DC80 to U+DCFF, which UTF-8 never is.
/// </summary>
internal static class OctetText
{
    private const char First = '\uDC80';
    private const char Last = '\uDCFF';
    private const char Zero = '\uDC00'; // an octet of zero would stand here

    /// <summary>The text of the octets.</summary>
    public static string Decode(ReadOnlySpan<byte> octets)
    {
        if (Utf8.IsValid(octets)) return Encoding.UTF8.GetString(octets);
        var text = new StringBuilder(octets.Length);
        while (!octets.IsEmpty)
        {
            var isUtf8 = Rune.DecodeFromUtf8(octets, out var rune, out var length) == OperationStatus.Done;
            if (isUtf8) text.Append(rune.ToString());
            else text.Append((char)(Zero + octets[0]));
            octets = octets[(isUtf8 ? length : 1)..];
        }

        return text.ToString();
    }

    /// <summary>The octets of the text.</summary>
    public static byte[] Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(First, Last)) return Encoding.UTF8.GetBytes(text);
        var octets = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = 0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            Rune.DecodeFromUtf16(rest, out var rune, out var length); // half a character is the replacement character
            if (length == 1 && rest[0] is >= First and <= Last) octets[count++] = (byte)(rest[0] - Zero);
            else count += rune.EncodeToUtf8(octets.AsSpan(count));
            rest = rest[length..];
        }

        return octets[..count];
    }

    /// <summary>The text for people: each octet that is no UTF-8 as the character of Latin-1.</summary>
    public static string ForPeople(string text) => text.AsSpan().ContainsAnyInRange(First, Last)
        ? string.Concat(text.Select((c, at) => c is >= First and <= Last && (at == 0 || !char.IsHighSurrogate(text[at - 1])) ? (char)(c - Zero) : c))
        : text;
}
