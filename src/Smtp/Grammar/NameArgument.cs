using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Smtp.Grammar;

/// <summary>What the look at an argument of VRFY or EXPN found.</summary>
internal enum NameArgumentOutcome
{
    /// <summary>A name.</summary>
    Parsed,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is not UTF-8, or holds what is no text.</summary>
    Malformed,

    /// <summary>It is more than ASCII, and SMTPUTF8 was not said.</summary>
    NeedsSmtpUtf8,
}

/// <summary>The argument of VRFY and EXPN: <c>name [SMTPUTF8]</c> (RFC 5321 §4.1.1.6, RFC 6531 §3.7.4.2).</summary>
internal static class NameArgument
{
    /// <summary>
    /// Reads it. <paramref name="allowsUtf8"/> says whether the client can read a reply in UTF-8. The name has no line ends and no controls;
    /// it is still what a client said: replies repeat only what was found.
    /// </summary>
    public static NameArgumentOutcome Parse(ReadOnlySpan<byte> argument, out string name, out bool allowsUtf8)
    {
        name = "";
        var space = argument.LastIndexOf((byte)' ');
        allowsUtf8 = space > 0 && Ascii.EqualsIgnoreCase(argument[(space + 1)..], "SMTPUTF8"u8);
        if (allowsUtf8) argument = argument[..space].TrimEnd((byte)' ');
        if (argument.IsEmpty) return NameArgumentOutcome.Missing;
        if (!Utf8Text.IsValid(argument)) return NameArgumentOutcome.Malformed;
        if (!allowsUtf8 && !Ascii.IsValid(argument)) return NameArgumentOutcome.NeedsSmtpUtf8;
        name = Encoding.UTF8.GetString(argument);
        return NameArgumentOutcome.Parsed;
    }
}
