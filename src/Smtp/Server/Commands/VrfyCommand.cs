using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// VRFY says who a name is (RFC 5321 §3.5). Those who shall not be told get 252 for every name alike (§3.5.3, §7.3): who wants to know
/// whether it exists has to send a message.
/// </summary>
internal static class VrfyCommand
{
    public static readonly SmtpCommand Row = new("VRFY", ExecuteAsync, SmtpPhase.Any, CommandFlags.Idle | CommandFlags.TakesUtf8)
    {
        Help = ["VRFY name-or-address [SMTPUTF8]", "Says who it is, to those who may know."],
    };

    private const int MaxCandidates = 20; // for a name that many have; who wants to list the users is not helped

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        if (BookArgument.Parse(line.Argument.Span, SmtpRejection.VrfyWithoutName, out var argument) is { } fault) return new(fault);
        if (session.Service.Partners.AddressBook is not { } book || !session.Facts.IsIn(session.Service.Options.Vrfy)) return new(SmtpReplies.CannotVerify);
        return AskAsync(session, book, argument);
    }

    private static async ValueTask<SmtpAnswer> AskAsync(SmtpSession session, IAddressBook book, BookArgument argument)
    {
        var limit = Math.Min(MaxCandidates, session.Service.Options.MaxListed);
        var answer = await book.VerifyAsync(argument.Text, limit, CancellationToken.None);
        return answer.Outcome switch
        {
            BookOutcome.Found => Verified(answer.Entries[0], argument.TakesUtf8),
            BookOutcome.Ambiguous => Candidates(answer, argument.TakesUtf8),
            BookOutcome.NotFound => SmtpRejection.NoSuchUser,
            BookOutcome.Moved => await MovedAsync(session, answer.Entries[0], argument),
            BookOutcome.Unavailable => SmtpRejection.DirectoryUnavailable,
            _ => SmtpReplies.CannotVerify,
        };
    }

    private static SmtpAnswer Verified(Listed who, bool takesUtf8) =>
        ListedText.Of(who, takesUtf8) is { } text ? SmtpReply.Create(250, SmtpReplies.Success(1, 5), takesUtf8, text) : SmtpReplies.CannotSayInAscii;

    // RFC 5321 §3.5.1: the code says that it is ambiguous, the lines are those who fit.
    private static SmtpAnswer Candidates(BookAnswer answer, bool takesUtf8)
    {
        var row = SmtpRejections.Of(SmtpRejection.AmbiguousName);
        var lines = new List<string> { row.Text };
        lines.AddRange(ListedText.Of(answer.Entries, takesUtf8));
        if (answer.IsCut) lines.Add("and more");
        return new SmtpAnswer(SmtpReply.Create(row.Code, row.Status, takesUtf8, [.. lines]), row.Rejection);
    }

    // RFC 5321 §3.4: whether the message would be carried there is the directory's to know.
    private static async ValueTask<SmtpAnswer> MovedAsync(SmtpSession session, Listed now, BookArgument argument)
    {
        if (!argument.TakesUtf8 && !now.Address.IsAscii) return SmtpReplies.CannotSayInAscii;
        if (MailPath.Parse(Encoding.UTF8.GetBytes($"<{argument.Text}>"), allowUtf8: true, out var path) < 0 || path.IsNull) return SmtpAnswer.TryInstead(now.Address);
        var answer = await session.Service.Partners.Directory.ResolveAsync(new RecipientQuestion(path, MailPath.Null), CancellationToken.None);
        return answer.Standing == RecipientStanding.Forwarded ? SmtpReplies.WillForward(now.Address) : SmtpAnswer.TryInstead(now.Address);
    }
}
