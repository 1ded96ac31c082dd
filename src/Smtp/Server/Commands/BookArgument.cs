using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Smtp.Server.Commands;

/// <summary>Whom VRFY and EXPN ask about: <c>name [SP "SMTPUTF8"]</c> (RFC 5321 §4.1.1.6, §4.1.1.7, RFC 6531 §3.7.4.2).</summary>
/// <param name="Text">The name or address, without the angle brackets or quotes around it; never empty.</param>
/// <param name="TakesUtf8">Whether the answer may hold UTF-8.</param>
internal readonly record struct BookArgument(string Text, bool TakesUtf8)
{
    /// <summary>Reads it; <paramref name="missing"/> is what is said when there is none.</summary>
    public static SmtpRejection? Parse(ReadOnlySpan<byte> octets, SmtpRejection missing, out BookArgument argument)
    {
        argument = default;
        var space = octets.LastIndexOf((byte)' ');
        var takesUtf8 = space > 0 && Ascii.EqualsIgnoreCase(octets[(space + 1)..], "SMTPUTF8"u8);
        if (takesUtf8) octets = octets[..space].TrimEnd((byte)' ');
        if (octets is [(byte)'<', .. var inner, (byte)'>']) octets = inner;
        if (octets.IsEmpty) return missing;
        if (!Utf8Text.IsValid(octets)) return SmtpRejection.BadOctets;
        if (!takesUtf8 && !Ascii.IsValid(octets)) return SmtpRejection.NonAsciiName;
        var name = Encoding.UTF8.GetString(octets);

        // RFC 5321 §4.1.2: String = Atom / Quoted-string. A quoted local part before an "@" is an address and keeps its quotes.
        if (name is ['"', _, .., '"'] && !name.Contains('@', StringComparison.Ordinal)) name = Unquote(name[1..^1]);
        if (string.IsNullOrWhiteSpace(name)) return missing;
        argument = new BookArgument(name, takesUtf8);
        return null;
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
