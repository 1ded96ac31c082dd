using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Progin.Grammar;

namespace Merpati.Progin.Server.Commands;

/// <summary>RCPT adds one recipient to the message. It knows no mailboxes: that is the directory's question.</summary>
internal static class RcptCommand
{
    // An honest client may name more than a message takes, or many who are gone; one that goes on for ever is looking for names.
    private const int AttemptsPerRecipient = 10;

    public static async ValueTask<ProginReply> ExecuteAsync(ProginSession session, ProginCommand command)
    {
        var transaction = session.Transaction!;
        var limit = session.Surroundings.Options.MaxRecipients;
        if (++transaction.Attempts > (long)limit * AttemptsPerRecipient) return ProginReply.Reject(ProginRejection.TooManyAttempts).Closing(SessionEnding.TooManyErrors);
        if (ReadPath(command.Argument.Span) is not { } path) return ProginReply.Reject(ProginRejection.RecipientSyntax);
        if (transaction.Recipients.Count >= limit) return ProginReply.Reject(ProginRejection.TooManyRecipients);
        var question = new RecipientQuestion(path, transaction.ReversePath) { Submitter = transaction.Submitter };
        var answer = await session.Surroundings.Partners.Directory.ResolveAsync(question, CancellationToken.None);
        if (ProginRejections.Of(answer.Standing) is { } refusal) return Refuse(refusal, answer);
        transaction.Add(answer.Recipient!);
        session.NoteRecipient();
        return ProginReply.Ok;
    }

    /// <summary>Why it cannot be given in a phase.</summary>
    public static ProginRejection OutOfOrder(ProginPhase phase) => phase == ProginPhase.Mail ? ProginRejection.SenderFirst : ProginRejection.MailFirst;

    private static ProginReply Refuse(ProginRejection refusal, RecipientAnswer answer)
    {
        var reply = ProginReply.Reject(refusal);
        return refusal == ProginRejection.UserMoved && answer.NewAddress is { IsAscii: true } address ? reply.With($", {address}") : reply;
    }

    // With or without angle brackets; null when it is neither an address nor a name.
    private static MailPath? ReadPath(ReadOnlySpan<byte> argument)
    {
        if (argument.IsEmpty || argument.Length > MailPath.MaxLength) return null;
        Span<byte> bracketed = stackalloc byte[MailPath.MaxLength + 2];
        if (argument[0] == (byte)'<')
        {
            argument.CopyTo(bracketed);
            bracketed = bracketed[..argument.Length];
        }
        else
        {
            bracketed[0] = (byte)'<';
            argument.CopyTo(bracketed[1..]);
            bracketed[argument.Length + 1] = (byte)'>';
            bracketed = bracketed[..(argument.Length + 2)];
        }

        return MailPath.Parse(bracketed, allowUtf8: true, out var path) == bracketed.Length && !path.IsNull ? path : null;
    }
}
