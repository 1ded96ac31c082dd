using System.Globalization;
using Merpati.Mail.Directory;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// EXPN lists the members of a group (RFC 5321 §3.5, §4.1.1.7). Those who shall not be told get 252 for every name alike (§7.3).
/// </summary>
internal static class ExpnCommand
{
    public static readonly SmtpCommand Row = new("EXPN", ExecuteAsync, SmtpPhase.Any, CommandFlags.Idle | CommandFlags.TakesUtf8)
    {
        IsOffered = static service => service.Partners.AddressBook is not null,
        Help = ["EXPN group [SMTPUTF8]", "Lists the members of a group, to those who may know."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        if (BookArgument.Parse(line.Argument.Span, SmtpRejection.ExpnWithoutName, out var argument) is { } fault) return new(fault);
        return session.Facts.IsIn(session.Service.Options.Expn) ? AskAsync(session, argument) : new(SmtpReplies.CannotExpand);
    }

    private static async ValueTask<SmtpAnswer> AskAsync(SmtpSession session, BookArgument argument)
    {
        var answer = await session.Service.Partners.AddressBook!.ExpandAsync(argument.Text, session.Service.Options.MaxListed, CancellationToken.None);
        return answer.Outcome switch
        {
            BookOutcome.Found => Members(answer, argument.TakesUtf8),
            BookOutcome.NotFound => SmtpRejection.NoSuchUser,
            BookOutcome.NotAGroup or BookOutcome.Moved or BookOutcome.Ambiguous => SmtpRejection.NotAGroup,
            BookOutcome.Hidden => SmtpRejection.GroupHidden,
            BookOutcome.Unavailable => SmtpRejection.DirectoryUnavailable,
            _ => SmtpReplies.CannotExpand,
        };
    }

    private static SmtpAnswer Members(BookAnswer answer, bool takesUtf8)
    {
        var lines = ListedText.Of(answer.Entries, takesUtf8).ToList();

        // RFC 6531 §3.7.4.2: a list that would lack members is no answer.
        if (lines.Count < answer.Entries.Count) return SmtpRejection.NeedsUtf8Reply;
        if (answer.IsCut) lines.Add(string.Create(CultureInfo.InvariantCulture, $"and more: only {lines.Count} are listed"));
        if (lines.Count == 0) lines.Add("This group has no members");
        return SmtpReply.Create(250, SmtpReplies.Success(1, 5), takesUtf8, [.. lines]);
    }
}
