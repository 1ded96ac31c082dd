using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Smtp.Server.Commands;

/// <summary>The argument of VRFY and EXPN: <c>name [SP "SMTPUTF8"]</c> (RFC 5321 §4.1.1.6, §4.1.1.7, RFC 6531 §3.7.4.2).</summary>
/// <param name="Text">Whom: without the angle brackets or quotes around it, never empty.</param>
/// <param name="TakesUtf8">Whether the answer may hold UTF-8.</param>
internal readonly record struct BookArgument(string Text, bool TakesUtf8)
{
    /// <summary>Reads it; null when there is none, or what there is is no text.</summary>
    public static BookArgument? Parse(ReadOnlySpan<byte> argument)
    {
        var takesUtf8 = false;
        var space = argument.LastIndexOf((byte)' ');
        if (space > 0 && Ascii.EqualsIgnoreCase(argument[(space + 1)..], "SMTPUTF8"u8))
        {
            takesUtf8 = true;
            argument = argument[..space].TrimEnd((byte)' ');
        }

        if (argument is [(byte)'<', .. var inner, (byte)'>']) argument = inner;
        if (!TryDecode(argument, takesUtf8, out var text)) return null;

        // RFC 5321 §4.1.2: String = Atom / Quoted-string. A quoted local part before an "@" is an address and keeps its quotes.
        if (text is ['"', _, .., '"'] && !text.Contains('@', StringComparison.Ordinal)) text = Unquote(text[1..^1]);
        return string.IsNullOrWhiteSpace(text) ? null : new BookArgument(text, takesUtf8);
    }

    private static bool TryDecode(ReadOnlySpan<byte> octets, bool takesUtf8, out string text)
    {
        text = "";
        if (!(takesUtf8 ? Utf8Text.IsValid(octets) : Ascii.IsValid(octets))) return false;
        text = Encoding.UTF8.GetString(octets);
        return true;
    }

    private static string Unquote(string quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '\\' && i + 1 < quoted.Length) i++;
            text.Append(quoted[i]);
        }

        return text.ToString();
    }
}
