using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server;

/// <summary>
/// What happens when a message has come whole, by DATA or by BDAT: commit, report, answer. The 250 is given after the intake's durable commit
/// and takes over the responsibility for the message (RFC 5321 §6.1).
/// </summary>
/// <param name="Envelope">Whose it is.</param>
/// <param name="Message">What the intake has of it; the caller disposes it.</param>
/// <param name="Octets">How much came.</param>
internal readonly record struct MessageEnding(Envelope Envelope, IIncomingMessage Message, long Octets)
{
    /// <summary>Commits it unless <paramref name="fault"/> says why not, and ends the transaction.</summary>
    public async ValueTask<SmtpAnswer> FinishAsync(SmtpSession session, SmtpRejection? fault)
    {
        var ended = session.Service.Time.GetTimestamp();
        var rejection = fault ?? await CommitAsync(session);
        session.Drop();
        Report(session, rejection, session.Service.Time.GetElapsedTime(ended));
        if (rejection is { } refusal) return refusal;
        session.NoteAccepted();
        return SmtpReply.Create(250, SmtpReplies.Success(0, 0), $"Ok: queued as {Message.Id}");
    }

    private async ValueTask<SmtpRejection?> CommitAsync(SmtpSession session)
    {
        var commit = Message.CommitAsync(CancellationToken.None);
        var comesBack = !commit.IsCompleted; // perhaps on a thread of the store
        var verdict = await commit;
        if (comesBack) session.EndTurn();
        return SmtpRejections.Of(verdict);
    }

    private void Report(SmtpSession session, SmtpRejection? rejection, TimeSpan answered)
    {
        var verdict = rejection is { } reason ? SmtpRejections.Of(reason).Tag : "accepted";
        SmtpMetrics.MessageAnswered(verdict, answered);
        SmtpLog.MessageAnswered(
            session.Service.Logger, Message.Id, verdict, Octets, Envelope.ReversePath, Envelope.Recipients.Count,
            Envelope.Origin.ClientAddress, Envelope.Origin.ClientName, answered.TotalMilliseconds);
    }
}
