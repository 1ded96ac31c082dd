using Merpati.Progin.Grammar;

namespace Merpati.Progin.Server.Commands;

/// <summary>SNDR logs the sender of a message in.</summary>
internal static class SndrCommand
{
    public static ValueTask<ProginReply> ExecuteAsync(ProginSession session, ProginCommand command) =>
        ProginLogin.RunAsync(session, command, "SNDR", identity => session.Open(new ProginTransaction(identity)));

    /// <summary>Why it cannot be given in a phase.</summary>
    public static ProginRejection OutOfOrder(ProginPhase phase) =>
        phase is ProginPhase.Sender or ProginPhase.Recipient ? ProginRejection.SenderGiven : ProginRejection.MailFirst;
}
