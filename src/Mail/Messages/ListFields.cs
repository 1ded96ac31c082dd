using System.Globalization;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Mail.Messages;

/// <summary>The fields that tell of a mailing group: List-Id (RFC 2919) and List-Post (RFC 2369 §3.4).</summary>
public static class ListFields
{
    private const int MaxNameLength = 200; // characters of a group's name that are repeated
    private const int OctetsInWord = 39; // of UTF-8, so that an encoded word stays under 75 characters (RFC 2047 §2)

    /// <summary>
    /// The identifier of the group at an address, without angle brackets: the address with a dot for the "@" (RFC 2919 §2), in lower case;
    /// what may not stand there is written in hexadecimal after "=".
    /// </summary>
    public static string Identifier(EmailAddress group)
    {
        ArgumentNullException.ThrowIfNull(group);
        var label = new StringBuilder(LocalPart.MaxLength);
        foreach (var octet in Encoding.UTF8.GetBytes(group.Local.Key))
        {
            if (LocalPart.IsAtext(octet) && octet != (byte)'=') label.Append((char)octet);
            else if (octet == (byte)'.' && label.Length > 0 && label[^1] != '.') label.Append('.');
            else label.Append('=').Append(octet.ToString("x2", CultureInfo.InvariantCulture));
        }

        return $"{label}.{group.Domain}";
    }

    /// <summary>The two fields of a group, each with its CRLF. The name is any text and may be empty.</summary>
    public static byte[] For(EmailAddress group, string name)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(name);
        var text = new StringBuilder(256).Append("List-Id: ");
        AppendPhrase(text, name.Length > MaxNameLength ? name[..MaxNameLength] : name);
        text.Append('<').Append(Identifier(group)).Append(">\r\nList-Post: <mailto:").Append(Uri.EscapeDataString(group.Local.ToString()));
        text.Append('@').Append(group.Domain).Append(">\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Whether the body of a List-Id field names this identifier; case does not matter (RFC 2919 §6).</summary>
    public static bool Names(ReadOnlySpan<byte> body, string identifier)
    {
        var open = body.LastIndexOf((byte)'<');
        if (open >= 0)
        {
            body = body[(open + 1)..];
            var close = body.IndexOf((byte)'>');
            if (close >= 0) body = body[..close];
        }

        return Ascii.EqualsIgnoreCase(body.Trim(" \t\r\n"u8), identifier);
    }

    private static void AppendPhrase(StringBuilder text, string name)
    {
        if (name.Length == 0) return;
        if (!name.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            text.Append('"').Append(name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append("\"\r\n\t");
            return;
        }

        // RFC 2047 §5: an encoded word holds whole characters only.
        var word = new List<byte>(OctetsInWord);
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            var length = (Rune.IsControl(rune) ? Rune.ReplacementChar : rune).EncodeToUtf8(octets);
            if (word.Count + length > OctetsInWord) AppendWord(text, word);
            word.AddRange(octets[..length]);
        }

        AppendWord(text, word);
    }

    private static void AppendWord(StringBuilder text, List<byte> word)
    {
        text.Append("=?utf-8?B?").Append(Convert.ToBase64String(word.ToArray())).Append("?=\r\n\t");
        word.Clear();
    }
}
