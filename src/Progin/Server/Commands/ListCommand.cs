using System.Globalization;
using Merpati.Progin.Grammar;
using Merpati.Storage;
using Merpati.Storage.Messages;

namespace Merpati.Progin.Server.Commands;

/// <summary>
/// LIST shows every message of the inbox as it is at this moment. It takes no lock, for it removes nothing: other sessions may read at the same time, and what
/// they remove meanwhile gets a note in its place. What was shown is marked as read.
/// </summary>
internal static class ListCommand
{
    public static async ValueTask<ProginReply> ExecuteAsync(ProginSession session, ProginCommand command)
    {
        var mailboxId = session.Reader!.InboxId;
        var messages = session.Surroundings.Partners.Messages;
        MailboxSnapshot? snapshot;
        MessageListing listing;
        try
        {
            snapshot = await messages.ReadMailboxAsync(mailboxId, CancellationToken.None);
            if (snapshot is null) return ProginReply.Reject(ProginRejection.MailboxGone);
            listing = await MessageListing.CreateAsync(session);
        }
        catch (StoreException failure)
        {
            session.Report(failure);
            return ProginReply.Reject(ProginRejection.MailboxUnreadable);
        }

        session.Writer.WriteLine(snapshot.Uids.Length.ToString(CultureInfo.InvariantCulture));
        var shown = 0;
        try
        {
            for (; shown < snapshot.Uids.Length; shown++)
            {
                if (!await listing.ShowAsync(snapshot.Uids[shown], shown + 1)) return ProginReply.End(SessionEnding.NotReading);
            }

            return ProginReply.Written;
        }
        finally
        {
            session.Tally.Shown += shown;
            await MarkReadAsync(session, snapshot, shown);
        }
    }

    /// <summary>Why it cannot be given in a phase.</summary>
    public static ProginRejection OutOfOrder(ProginPhase phase) => phase == ProginPhase.Fetch ? ProginRejection.LoginFirst : ProginRejection.FetchFirst;

    // That it cannot be done is no harm to the session.
    private static async ValueTask MarkReadAsync(ProginSession session, MailboxSnapshot snapshot, int shown)
    {
        var unread = new List<uint>();
        for (var i = 0; i < shown; i++)
        {
            if (i / 64 >= snapshot.Seen.Length || (snapshot.Seen[i / 64] & (1UL << (i % 64))) == 0) unread.Add(snapshot.Uids[i]);
        }

        if (unread.Count == 0) return;
        try
        {
            await session.Surroundings.Partners.Messages.MarkSeenAsync(session.Reader!.InboxId, unread, CancellationToken.None);
        }
        catch (StoreException failure)
        {
            session.Surroundings.Log.ReadNotMarked(session.Reader!.Address.ToString(), failure.Message);
        }
    }
}
