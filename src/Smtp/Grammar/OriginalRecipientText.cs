using System.Buffers;
using System.Globalization;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Grammar;

/// <summary>The value of ORCPT: <c>addr-type ";" xtext</c> (RFC 3461 §4.2) or, with the type utf-8, the forms of RFC 6533 §3.</summary>
internal static class OriginalRecipientText
{
    private const int MaxHexDigits = 6;

    // RFC 5321's atom would allow more; every registered type is made of these.
    private static readonly SearchValues<byte> TypeOctets = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"u8);

    /// <summary>Reads it; null when it is malformed. UTF-8 as it is belongs to transactions with SMTPUTF8 only.</summary>
    public static OriginalRecipient? Read(ReadOnlySpan<byte> value, bool allowUtf8)
    {
        var semicolon = value.IndexOf((byte)';');
        if (semicolon < 1) return null;
        var type = value[..semicolon];
        var text = value[(semicolon + 1)..];
        if (type.ContainsAnyExcept(TypeOctets)) return null;
        string address;
        if (Ascii.EqualsIgnoreCase(type, "utf-8"u8) ? !TryReadUnicode(text, allowUtf8, out address) : !XText.TryDecode(text, out address)) return null;
        return new OriginalRecipient(Encoding.ASCII.GetString(type), address);
    }

    /// <summary>
    /// Writes it; null when it cannot be said. With <paramref name="allowUtf8"/>, in a transaction with SMTPUTF8, letters beyond ASCII stay as they are
    /// (RFC 6533 §3, utf-8-addr-unitext).
    /// </summary>
    public static string? Write(OriginalRecipient original, bool allowUtf8)
    {
        if (original.AddressType.Length == 0 || original.Address.Length == 0 || Encoding.UTF8.GetBytes(original.AddressType).AsSpan().ContainsAnyExcept(TypeOctets)) return null;
        var text = new StringBuilder(original.AddressType).Append(';');
        if (!string.Equals(original.AddressType, "utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return original.Address.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : text.Append(XText.Encode(original.Address)).ToString();
        }

        foreach (var rune in original.Address.EnumerateRunes())
        {
            if (!Utf8Text.IsAllowed(rune)) return null;
            var stays = rune.IsAscii ? rune.Value is not (' ' or '+' or '=' or '\\') : allowUtf8;
            if (stays) text.Append(rune.ToString());
            else text.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
        }

        return text.ToString();
    }

    // RFC 6533 §3: utf-8-addr-xtext has \x{HEX} for what it cannot hold, utf-8-addr-unitext may hold UTF-8 as it is.
    private static bool TryReadUnicode(ReadOnlySpan<byte> text, bool allowUtf8, out string address)
    {
        address = "";
        if (text.IsEmpty || !(Ascii.IsValid(text) || (allowUtf8 && Utf8Text.IsValid(text)))) return false;
        var decoded = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            _ = Rune.DecodeFromUtf8(text, out var rune, out var length);
            switch (rune.Value)
            {
                case '\\':
                    if (!TryReadEmbedded(text, out rune, out length)) return false;
                    break;
                case <= ' ' or '+' or '=' or 127:
                    return false;
            }

            decoded.Append(rune.ToString());
            text = text[length..];
        }

        address = decoded.ToString();
        return true;
    }

    // EmbeddedUnicodeChar: \x{HEXPOINT}, without leading zeros, and never what is no text.
    private static bool TryReadEmbedded(ReadOnlySpan<byte> text, out Rune rune, out int length)
    {
        rune = default;
        length = text.IndexOf((byte)'}') + 1;
        if (!text.StartsWith("\\x{"u8) || length < 6 || length > 4 + MaxHexDigits || text[3] == (byte)'0') return false;
        var digits = text[3..(length - 1)];
        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) &&
            Rune.TryCreate(point, out rune) && Utf8Text.IsAllowed(rune);
    }
}
