using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;
using Merpati.Storage;

namespace Merpati.Pop3.Server.Commands;

/// <summary>
/// QUIT removes the marked messages, all at once, and ends the session (RFC 1939 §6); where retention is 0, those that were retrieved too. The lock is given
/// back before the answer, so that a client that comes again at once is not refused because of itself.
/// </summary>
internal static class QuitCommand
{
    public static async ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var host = session.Surroundings.Options.HostName;
        if (session.Phase != Pop3Phase.Transaction) return Pop3Reply.Ok(Pop3Phrase.SigningOff).With(host).Closing(SessionEnding.Quit);
        var leaving = session.Maildrop.UidsLeaving();
        var left = session.Maildrop.Count - leaving.Length;
        if (!await UpdateAsync(session, leaving)) return Pop3Reply.Reject(Pop3Rejection.NotRemoved).Closing(SessionEnding.QuitWithoutRemoval);
        var goodbye = left == 0 ? Pop3Reply.Ok(Pop3Phrase.SigningOffEmpty) : Pop3Reply.Ok(Pop3Phrase.SigningOffWithSomeLeft, left);
        return goodbye.With(host).Closing(SessionEnding.Quit);
    }

    private static async ValueTask<bool> UpdateAsync(Pop3Session session, uint[] leaving)
    {
        var maildrop = session.Maildrop;

        // Both changes are under way together, so that they share a commit; without either there is none.
        var marking = session.MarkReadAsync(maildrop.TakeReadStaying());
        try
        {
            if (leaving.Length == 0) return true;
            session.Tally.Deleted = await session.Surroundings.Messages.ExpungeAsync(maildrop.MailboxId, leaving, CancellationToken.None);
            maildrop.ForgetRead();
            return true;
        }
        catch (StoreException failure)
        {
            session.Classify(failure, Pop3Rejection.NotRemoved, Pop3Rejection.NotRemoved);
            return false;
        }
        finally
        {
            await marking;
            await session.CloseMaildropAsync();
        }
    }
}
