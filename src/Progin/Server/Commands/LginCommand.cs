using Merpati.Progin.Grammar;

namespace Merpati.Progin.Server.Commands;

/// <summary>LGIN logs the reader of a mailbox in.</summary>
internal static class LginCommand
{
    public static ValueTask<ProginReply> ExecuteAsync(ProginSession session, ProginCommand command) => ProginLogin.RunAsync(session, command, "LGIN", session.Open);

    /// <summary>Why it cannot be given in a phase.</summary>
    public static ProginRejection OutOfOrder(ProginPhase phase) => phase == ProginPhase.Mailbox ? ProginRejection.AlreadyLoggedIn : ProginRejection.FetchFirst;
}
