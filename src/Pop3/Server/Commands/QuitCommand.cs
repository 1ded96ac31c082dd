using Merpati.Pop3.Grammar;
using Merpati.Storage;

namespace Merpati.Pop3.Server.Commands;

/// <summary>
/// QUIT removes the marked messages, all at once, and ends the session (RFC 1939 §6). The lock is given back before the answer, so that a client
/// that comes again at once is not refused because of itself.
/// </summary>
internal static class QuitCommand
{
    public static async ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var host = session.Surroundings.Options.HostName;
        if (session.Phase != Pop3Phase.Transaction) return Pop3Reply.Ok("%w POP3 server signing off").With(host).Closing(SessionEnding.Quit);
        var left = session.Maildrop.Messages;
        if (!await RemoveMarkedAsync(session)) return Pop3Reply.Reject(Pop3Rejection.NotRemoved).Closing(SessionEnding.QuitWithoutRemoval);
        var goodbye = left == 0
            ? Pop3Reply.Ok("%w POP3 server signing off (maildrop empty)")
            : Pop3Reply.Ok("%w POP3 server signing off (%m left)", left);
        return goodbye.With(host).Closing(SessionEnding.Quit);
    }

    private static async ValueTask<bool> RemoveMarkedAsync(Pop3Session session)
    {
        var maildrop = session.Maildrop;
        try
        {
            if (maildrop.Messages == maildrop.Count) return true;
            session.Tally.Deleted = await session.Surroundings.Messages.ExpungeAsync(maildrop.MailboxId, maildrop.MarkedUids(), CancellationToken.None);
            return true;
        }
        catch (StoreException failure)
        {
            session.Classify(failure, Pop3Rejection.NotRemoved, Pop3Rejection.NotRemoved);
            return false;
        }
        finally
        {
            await maildrop.DisposeAsync();
        }
    }
}
