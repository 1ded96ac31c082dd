using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Smtp.Grammar;

/// <summary>What the look at an argument of MAIL or RCPT found.</summary>
internal enum PathArgumentOutcome
{
    /// <summary>A path, and perhaps parameters after it.</summary>
    Parsed,

    /// <summary>It does not begin with FROM: or TO:.</summary>
    KeywordMissing,

    /// <summary>What follows the keyword is no path.</summary>
    PathMalformed,

    /// <summary>Something is glued to the path.</summary>
    ParametersMalformed,
}

/// <summary>The argument of MAIL and RCPT: <c>FROM:&lt;path&gt; [parameters]</c> (RFC 5321 §4.1.1.2, §4.1.1.3).</summary>
internal static class PathArgument
{
    /// <summary>
    /// Reads it; <paramref name="keyword"/> is <c>FROM:</c> or <c>TO:</c>, in any case in the argument. The path may hold UTF-8: whether that
    /// may be here the parameters of MAIL say, and they come later (RFC 6531 §3.4).
    /// </summary>
    public static PathArgumentOutcome Parse(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> keyword, out MailPath path, out ReadOnlySpan<byte> parameters)
    {
        path = MailPath.Null;
        parameters = default;
        if (argument.Length < keyword.Length || !Ascii.EqualsIgnoreCase(argument[..keyword.Length], keyword)) return PathArgumentOutcome.KeywordMissing;

        // RFC 5321 §3.3 knows no space after the colon; so many people and scripts put one there that it is taken.
        var rest = argument[keyword.Length..].TrimStart((byte)' ');
        var taken = MailPath.Parse(rest, allowUtf8: true, out path);
        if (taken < 0) return PathArgumentOutcome.PathMalformed;
        parameters = rest[taken..];
        return parameters.IsEmpty || parameters[0] == (byte)' ' ? PathArgumentOutcome.Parsed : PathArgumentOutcome.ParametersMalformed;
    }
}
