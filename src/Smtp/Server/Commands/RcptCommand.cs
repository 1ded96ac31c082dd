using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>RCPT adds one recipient to the open transaction (RFC 5321 §4.1.1.3). It knows no mailboxes: that is the directory's question.</summary>
internal static class RcptCommand
{
    // An honest client may name more than a transaction takes, and send the rest later; one that goes on for ever is only keeping us busy.
    private const int AttemptsPerRecipient = 10;

    public static readonly SmtpCommand Row = new("RCPT", ExecuteAsync, SmtpPhase.MailGiven | SmtpPhase.RcptGiven, CommandFlags.TakesUtf8)
    {
        Help = ["RCPT TO:<address> [NOTIFY=NEVER|SUCCESS,FAILURE,DELAY] [ORCPT=type;address]", "Adds a recipient to the transaction."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        session.NoteRecipient();
        var transaction = session.Transaction!;
        var limit = session.Service.Options.MaxRecipients;
        if (++transaction.Attempts > (long)limit * AttemptsPerRecipient) return new(SmtpRejection.TooManyIdleCommands);
        if (Parse(session, line.Argument.Span, out var path, out var notices) is { } malformed) return new(malformed);

        // RFC 5321 §4.5.3.1.10
        if (transaction.Recipients.Count >= limit) return new(SmtpRejection.TooManyRecipients);
        return AskAsync(session, new RecipientQuestion(path, transaction.ReversePath)
        {
            Submitter = session.Facts.Submitter,
            IsTrusted = session.Facts.IsTrusted,
            Way = transaction.Way,
            DeclaredOctets = transaction.DeclaredOctets,
            Notices = notices,
        });
    }

    private static async ValueTask<SmtpAnswer> AskAsync(SmtpSession session, RecipientQuestion question)
    {
        var answer = await session.Service.Partners.Directory.ResolveAsync(question, CancellationToken.None);
        var transaction = session.Transaction!;

        // RFC 6531 §3.7.4.1: who has not said SMTPUTF8 is not shown UTF-8.
        var newAddress = answer.NewAddress is { } address && (address.IsAscii || transaction.IsInternationalized) ? address : null;
        if (answer.Standing == RecipientStanding.Moved && newAddress is not null) return SmtpAnswer.TryInstead(newAddress);
        if (SmtpRejections.Of(answer.Standing) is { } refusal) return SmtpAnswer.Refuse(refusal, question.Recipient);
        transaction.Add(answer.Recipient!);
        return answer.Standing == RecipientStanding.Forwarded ? SmtpReplies.WillForward(newAddress) : SmtpReplies.RecipientOk;
    }

    private static SmtpRejection? Parse(SmtpSession session, ReadOnlySpan<byte> argument, out MailPath path, out RecipientNotices? notices)
    {
        notices = null;
        switch (PathArgument.Parse(argument, "TO:"u8, out path, out var parameters))
        {
            case PathArgumentOutcome.KeywordMissing: return SmtpRejection.BadRcptSyntax;
            case PathArgumentOutcome.PathMalformed: return SmtpRejection.BadForwardPath;
            case PathArgumentOutcome.ParametersMalformed: return SmtpRejection.BadParameter;
        }

        // RFC 5321 §4.1.1.3: the null path is a sender's only.
        if (path.IsNull) return SmtpRejection.BadForwardPath;

        // RFC 6531 §3.5
        var isInternationalized = session.Transaction!.IsInternationalized;
        if (!isInternationalized && !Ascii.IsValid(argument[..^parameters.Length])) return SmtpRejection.NonAsciiAddress;
        return RcptParameters.Parse(parameters, session.Facts.IsExtended, isInternationalized, out notices);
    }
}
