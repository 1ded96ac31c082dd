using System.Text;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>MAIL opens a transaction (RFC 5321 §4.1.1.2). What it opens promises nothing about room: that is asked again at the end of data.</summary>
internal static class MailCommand
{
    public static readonly SmtpCommand Row = new(
        "MAIL", ExecuteAsync, SmtpPhase.Greeted,
        CommandFlags.OpensTransaction | CommandFlags.TakesUtf8)
    {
        Help =
        [
            "MAIL FROM:<address> [SIZE=octets] [BODY=7BIT|8BITMIME|BINARYMIME] [SMTPUTF8] [RET=FULL|HDRS] [ENVID=id] [AUTH=address]",
            "Opens a transaction; <> is the sender of notices.",
        ],
    };

    /// <summary>Opens a transaction whose message goes a certain way: what SEND, SOML and SAML do too (RFC 821 §3.4).</summary>
    public static ValueTask<SmtpAnswer> OpenAsync(SmtpSession session, CommandLine line, DeliveryWay way)
    {
        if (SubmissionRules.FaultOf(session) is { } refusal) return new(refusal);
        if (Parse(session, line.Argument.Span, way, out var transaction) is { } malformed) return new(malformed);
        return SubmissionRules.AskAsync(session, transaction!);
    }

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line) => OpenAsync(session, line, DeliveryWay.Mailbox);

    private static SmtpRejection? Parse(SmtpSession session, ReadOnlySpan<byte> argument, DeliveryWay way, out SmtpTransaction? transaction)
    {
        transaction = null;
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
        transaction = new SmtpTransaction(path, parameters.Body)
        {
            Way = way,
            DeclaredOctets = parameters.Size,
            IsInternationalized = parameters.IsInternationalized,
            Return = parameters.Return,
            EnvelopeId = parameters.EnvelopeId,
        };
        return null;
    }
}
