using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Server.Commands;

/// <summary>SEND, SOML and SAML open a transaction as MAIL does, for a message that goes to terminals (RFC 821 §3.4).</summary>
internal static class TerminalCommands
{
    /// <summary>Their rows.</summary>
    public static readonly IReadOnlyList<SmtpCommand> Rows =
    [
        Open("SEND", DeliveryWay.Terminal, "Opens a transaction whose message goes to the recipients' terminals only."),
        Open("SOML", DeliveryWay.TerminalOrMailbox, "Opens a transaction whose message goes to the recipients' terminals, or else into their mailboxes."),
        Open("SAML", DeliveryWay.TerminalAndMailbox, "Opens a transaction whose message goes to the recipients' terminals and into their mailboxes."),
    ];

    private static SmtpCommand Open(string verb, DeliveryWay way, string sentence) =>
        new(verb, (session, line) => MailCommand.OpenAsync(session, line, way), SmtpPhase.Greeted, CommandFlags.OpensTransaction | CommandFlags.TakesUtf8)
        {
            IsOffered = static service => service.Partners.Terminals is not null,
            Help = [$"{verb} FROM:<address> [parameters as of MAIL]", sentence],
        };
}
