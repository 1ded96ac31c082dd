namespace Merpati.Auth.Sasl;

/// <summary>Reads the directives of DIGEST-MD5, <c>name=value</c> or <c>name="value"</c> with commas between (RFC 2831 §7.1).</summary>
internal static class DigestFields
{
    private const int MaxOctets = 4096; // RFC 2831 §2.1.2
    private const int MaxFields = 32;

    /// <summary>
    /// Reads all directives, their names in lower case, the values without quotes; null when they are malformed, too many, or one is there twice. Of
    /// several realms, which only a server may name, the first is kept.
    /// </summary>
    public static Dictionary<string, byte[]>? Parse(ReadOnlySpan<byte> text, bool mayRepeatRealm)
    {
        if (text.Length > MaxOctets || text.Contains((byte)0)) return null;
        var fields = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (true)
        {
            // RFC 2831 §7.1, the # rule: elements may be empty, and white space is free around them.
            text = text.TrimStart(" \t\r\n,"u8);
            if (text.IsEmpty) return fields;
            if (fields.Count == MaxFields || !TryReadToken(ref text, out var name)) return null;
            text = text.TrimStart(" \t\r\n"u8);
            if (text.IsEmpty || text[0] != (byte)'=') return null;
            text = text[1..].TrimStart(" \t\r\n"u8);
            if (!TryReadValue(ref text, out var value)) return null;
            var key = System.Text.Encoding.ASCII.GetString(name).ToLowerInvariant();
            if (!fields.TryAdd(key, value) && !(mayRepeatRealm && key == "realm")) return null;
            text = text.TrimStart(" \t\r\n"u8);
            if (!text.IsEmpty && text[0] != (byte)',') return null;
        }
    }

    private static bool TryReadValue(ref ReadOnlySpan<byte> text, out byte[] value)
    {
        value = [];
        if (text.IsEmpty || text[0] != (byte)'"')
        {
            if (!TryReadToken(ref text, out var token)) return false;
            value = token.ToArray();
            return true;
        }

        var octets = new byte[text.Length];
        var length = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == (byte)'"')
            {
                value = octets[..length];
                text = text[(i + 1)..];
                return true;
            }

            if (text[i] == (byte)'\\' && ++i == text.Length) return false;
            octets[length++] = text[i];
        }

        return false;
    }

    private static bool TryReadToken(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> token)
    {
        var end = 0;
        while (end < text.Length && text[end] is > 0x20 and < 0x7F && !"()<>@,;:\\\"/[]?={}"u8.Contains(text[end])) end++;
        token = text[..end];
        text = text[end..];
        return end > 0;
    }

    /// <summary>Whether a value is this token, in any case.</summary>
    public static bool Is(ReadOnlySpan<byte> value, ReadOnlySpan<byte> token) => System.Text.Ascii.EqualsIgnoreCase(value, token);
}
