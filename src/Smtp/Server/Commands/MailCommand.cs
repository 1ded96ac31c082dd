using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>MAIL opens a transaction (RFC 5321 §4.1.1.2). What it opens promises nothing about room: that is asked again at the end of data.</summary>
internal static class MailCommand
{
    public static readonly SmtpCommand Row = new("MAIL", ExecuteAsync, SmtpPhase.Greeted, CommandFlags.OpensTransaction)
    {
        Help = ["MAIL FROM:<address> [SIZE=octets] [BODY=7BIT|8BITMIME]", "Opens a transaction; <> is the sender of notices."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line) => new(Execute(session, line.Argument.Span));

    private static SmtpAnswer Execute(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        switch (PathArgument.Parse(argument, "FROM:"u8, out var path, out var octets))
        {
            case PathArgumentOutcome.KeywordMissing: return SmtpRejection.BadMailSyntax;
            case PathArgumentOutcome.PathMalformed: return SmtpRejection.BadReversePath;
            case PathArgumentOutcome.ParametersMalformed: return SmtpRejection.BadParameter;
        }

        // RFC 5321 §4.1.1.2: only a whole mailbox or <> can be answered.
        if (!path.IsNull && path.Domain is null) return SmtpRejection.BadReversePath;
        if (MailParameters.Parse(octets, out var parameters) is { } malformed) return malformed;

        // RFC 1870 §6.1: what is too big is refused before it is sent.
        if (parameters.Size > session.Service.Options.MaxMessageBytes) return SmtpRejection.MessageTooBig;
        if (SmtpRejections.Of(session.Service.Partners.Intake.Ask(parameters.Size)) is { } refusal) return refusal;
        session.Open(new SmtpTransaction(path, parameters.Body));
        return SmtpReplies.SenderOk;
    }
}
