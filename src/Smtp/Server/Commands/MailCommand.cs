using System.Text;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>MAIL opens a transaction (RFC 5321 §4.1.1.2). What it opens promises nothing about room: that is asked again at the end of data.</summary>
internal static class MailCommand
{
    public static readonly SmtpCommand Row = new(
        "MAIL", static (session, line) => new(Open(session, line, DeliveryWay.Mailbox)), SmtpPhase.Greeted,
        CommandFlags.OpensTransaction | CommandFlags.TakesUtf8)
    {
        Help =
        [
            "MAIL FROM:<address> [SIZE=octets] [BODY=7BIT|8BITMIME|BINARYMIME] [SMTPUTF8] [RET=FULL|HDRS] [ENVID=id] [AUTH=address]",
            "Opens a transaction; <> is the sender of notices.",
        ],
    };

    /// <summary>Opens a transaction that goes <paramref name="way"/>: SEND, SOML and SAML differ from MAIL in nothing else.</summary>
    public static SmtpAnswer Open(SmtpSession session, CommandLine line, DeliveryWay way)
    {
        var argument = line.Argument.Span;
        switch (PathArgument.Parse(argument, "FROM:"u8, out var path, out var octets))
        {
            case PathArgumentOutcome.KeywordMissing: return SmtpRejection.BadMailSyntax;
            case PathArgumentOutcome.PathMalformed: return SmtpRejection.BadReversePath;
            case PathArgumentOutcome.ParametersMalformed: return SmtpRejection.BadParameter;
        }

        // RFC 5321 §4.1.1.2: only a whole mailbox or <> can be answered.
        if (!path.IsNull && path.Domain is null) return SmtpRejection.BadReversePath;
        if (MailParameters.Parse(octets, session.Facts.IsExtended, out var parameters) is { } malformed) return malformed;

        // RFC 6531 §3.4, §3.5: without the parameter neither part of an address is more than ASCII.
        if (!parameters.IsInternationalized && !Ascii.IsValid(argument[..^octets.Length])) return SmtpRejection.NonAsciiAddress;

        // RFC 1870 §6.1: what is too big is refused before it is sent.
        if (parameters.Size > session.Service.Options.MaxMessageBytes) return SmtpRejection.MessageTooBig;
        if (SmtpRejections.Of(session.Service.Partners.Intake.Ask(parameters.Size)) is { } refusal) return refusal;
        session.Open(new SmtpTransaction(path, parameters.Body)
        {
            Way = way,
            DeclaredOctets = parameters.Size,
            IsInternationalized = parameters.IsInternationalized,
            Return = parameters.Return,
            EnvelopeId = parameters.EnvelopeId,
        });
        return SmtpReplies.SenderOk;
    }
}
