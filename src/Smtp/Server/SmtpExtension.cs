using System.Globalization;

namespace Merpati.Smtp.Server;

/// <summary>A line of the answer to EHLO (RFC 5321 §4.1.1.1).</summary>
/// <param name="Text">The keyword and its parameters.</param>
/// <param name="When">Whether a session may use it now; null for always. It must depend on what a session is, never on what time it is.</param>
internal sealed record SmtpExtension(string Text, Func<SmtpSession, bool>? When = null)
{
    /// <summary>The lines of a server, in the order in which they are given. At most 64.</summary>
    public static IReadOnlyList<SmtpExtension> Of(SmtpServiceOptions options) =>
    [
        new("PIPELINING"),
        new(string.Create(CultureInfo.InvariantCulture, $"SIZE {options.MaxMessageBytes}")),
        new("8BITMIME"),
        new("BINARYMIME"), // RFC 3030 §3: it needs CHUNKING
        new("CHUNKING"),
        new("SMTPUTF8"), // RFC 6531 §3.1: it needs 8BITMIME
        new("DSN"),
        new("ENHANCEDSTATUSCODES"),
        new(string.Create(CultureInfo.InvariantCulture, $"LIMITS RCPTMAX={options.MaxRecipients}")), // RFC 9422 §4: the others are not limited
        new("STARTTLS", session => session.Service.Partners.Tls is not null && !session.Facts.IsTls),
        new("VRFY"),
        new("EXPN", session => session.Service.Partners.AddressBook is not null && session.Facts.IsIn(session.Service.Options.Expn)),
        new("ETRN", Commands.EtrnCommand.IsOpenTo),
        new("ATRN", static session => Commands.ReversalCommands.HasOwners(session.Service)), // RFC 2645 §4: before AUTH, too
        new("SEND", TakesTerminal),
        new("SOML", TakesTerminal),
        new("SAML", TakesTerminal),
        new("XTERMINAL", session => TakesTerminal(session) && session.Facts.IsAuthenticated),
        new("HELP"),
    ];

    private static bool TakesTerminal(SmtpSession session) => session.Service.Partners.Terminals is not null;
}
