using System.Text;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>Whom VRFY and EXPN ask about.</summary>
/// <param name="Text">The name or address, without the angle brackets or quotes around it; never empty.</param>
/// <param name="TakesUtf8">Whether the answer may hold UTF-8.</param>
internal readonly record struct BookArgument(string Text, bool TakesUtf8)
{
    /// <summary>Reads it; <paramref name="missing"/> is what is said when there is none.</summary>
    public static SmtpRejection? Parse(ReadOnlySpan<byte> octets, SmtpRejection missing, out BookArgument argument)
    {
        argument = default;
        switch (NameArgument.Parse(octets, out var name, out var takesUtf8))
        {
            case NameArgumentOutcome.Missing: return missing;
            case NameArgumentOutcome.Malformed: return SmtpRejection.BadOctets;
            case NameArgumentOutcome.NeedsSmtpUtf8: return SmtpRejection.NonAsciiName;
        }

        if (name is ['<', .. var inner, '>']) name = inner;

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
