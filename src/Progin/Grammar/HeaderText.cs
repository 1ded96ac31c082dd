using System.Buffers;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Mime;

namespace Merpati.Progin.Grammar;

/// <summary>Writes fields of a header (RFC 5322 §2.2), with encoded words for what is not ASCII (RFC 2047).</summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> Words = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ");

    /// <summary>Writes a field of free text, which is at most 900 octets long.</summary>
    public static void Unstructured(StringBuilder head, string name, string value) => head.Append(name).Append(": ").Append(Folded(value)).Append("\r\n");

    /// <summary>Writes a field with one mailbox and its name, which may be empty.</summary>
    public static void Mailbox(StringBuilder head, string name, string fullName, EmailAddress address)
    {
        head.Append(name).Append(": ");
        if (fullName.Length == 0) head.Append(address).Append("\r\n");
        else head.Append(Phrase(fullName)).Append("\r\n <").Append(address).Append(">\r\n");
    }

    /// <summary>Writes a field with several addresses, one a line.</summary>
    public static void Addresses(StringBuilder head, string name, IEnumerable<EmailAddress> addresses) => head.Append(name).Append(": ").AppendJoin(",\r\n ", addresses).Append("\r\n");

    // RFC 5322 §3.2.5: words, or a quoted string.
    private static string Phrase(string text)
    {
        var encoded = Folded(text);
        if (encoded != text || !text.AsSpan().ContainsAnyExcept(Words)) return encoded;
        return $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    // RFC 2047 §2: a line with encoded words has at most 76 characters.
    private static string Folded(string text)
    {
        var encoded = EncodedWords.Encode(text);
        return encoded == text ? text : encoded.Replace("?= =?", "?=\r\n =?", StringComparison.Ordinal);
    }
}
