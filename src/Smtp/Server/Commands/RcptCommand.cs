using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>RCPT adds one recipient to the open transaction (RFC 5321 §4.1.1.3). It knows no mailboxes: that is the directory's question.</summary>
internal static class RcptCommand
{
    public static readonly SmtpCommand Row = new("RCPT", ExecuteAsync, SmtpPhase.MailGiven | SmtpPhase.RcptGiven)
    {
        Help = ["RCPT TO:<address>", "Adds a recipient to the transaction."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        session.NoteRecipient();
        if (Parse(line.Argument.Span, out var path) is { } malformed) return new(malformed);

        // RFC 5321 §4.5.3.1.10
        if (session.Transaction!.Recipients.Count >= session.Service.Options.MaxRecipients) return new(SmtpRejection.TooManyRecipients);
        return AskAsync(session, path);
    }

    private static async ValueTask<SmtpAnswer> AskAsync(SmtpSession session, MailPath path)
    {
        var answer = await session.Service.Partners.Directory.ResolveAsync(new RecipientQuestion(path, session.Transaction!.ReversePath), CancellationToken.None);
        if (SmtpRejections.Of(answer.Standing) is { } refusal) return SmtpAnswer.Refuse(refusal, path);
        session.Transaction!.Add(answer.Recipient!);
        return SmtpReplies.RecipientOk;
    }

    private static SmtpRejection? Parse(ReadOnlySpan<byte> argument, out MailPath path)
    {
        switch (PathArgument.Parse(argument, "TO:"u8, out path, out var parameters))
        {
            case PathArgumentOutcome.KeywordMissing: return SmtpRejection.BadRcptSyntax;
            case PathArgumentOutcome.PathMalformed: return SmtpRejection.BadForwardPath;
            case PathArgumentOutcome.ParametersMalformed: return SmtpRejection.BadParameter;
        }

        // RFC 5321 §4.1.1.3: the null path is a sender's only.
        if (path.IsNull) return SmtpRejection.BadForwardPath;
        return new ParameterReader(parameters).Read(out _, out _) switch
        {
            ParameterOutcome.End => null,
            ParameterOutcome.Malformed => SmtpRejection.BadParameter,
            _ => SmtpRejection.UnknownParameter,
        };
    }
}
