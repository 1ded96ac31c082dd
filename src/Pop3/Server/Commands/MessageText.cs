using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;
using Merpati.Storage;
using Merpati.Storage.Messages;
using Merpati.Wire.Lines;

namespace Merpati.Pop3.Server.Commands;

/// <summary>
/// Sends a message or its top, piece by piece. A failure before the status line is an honest -ERR; a failure after it closes the connection
/// without the final dot, so that nobody takes a part for the whole.
/// </summary>
internal static class MessageText
{
    /// <summary>The answer to RETR.</summary>
    public static ValueTask<Pop3Reply> SendWholeAsync(Pop3Session session, int index) => SendAsync(session, index, bodyLines: null);

    /// <summary>The answer to TOP.</summary>
    public static ValueTask<Pop3Reply> SendTopAsync(Pop3Session session, int index, int bodyLines) => SendAsync(session, index, bodyLines);

    private static async ValueTask<Pop3Reply> SendAsync(Pop3Session session, int index, int? bodyLines)
    {
        var begun = false;
        try
        {
            var maildrop = session.Maildrop;
            using var reader = await session.Surroundings.Messages.OpenMessageAsync(maildrop.MailboxId, maildrop.Uid(index), CancellationToken.None);
            if (reader is null) return Pop3Reply.Reject(Pop3Rejection.MessageGone, index + 1);

            // The first piece is in hand before anything is promised; most messages have no second one.
            var piece = reader.Size > 0 ? await reader.ReadAsync(CancellationToken.None) : default;
            if (piece.IsEmpty && reader.Size > 0) return Pop3Reply.Reject(Pop3Rejection.MessageUnreadable, index + 1);
            if (!session.Facts.IsUtf8 && InternationalizedHeader.IsIn(piece.Span, goesOn: piece.Length < reader.Size))
            {
                return Pop3Reply.Reject(Pop3Rejection.MessageNeedsUtf8, index + 1);
            }

            begun = true;
            session.Writer.Write(bodyLines is null ? Pop3Reply.Ok(Pop3Phrase.MessageFollows, reader.Size) : Pop3Reply.Done);
            if (await SendPiecesAsync(session, reader, piece, bodyLines) is { } ending) return Pop3Reply.End(ending);
            if (bodyLines is not null) return Pop3Reply.Written;
            maildrop.Retrieve(index);
            session.Tally.Retrieved++;
            return Pop3Reply.Written;
        }
        catch (StoreException failure) when (failure.Failure == StoreFailure.Gone)
        {
            return begun ? Pop3Reply.End(SessionEnding.MessageCutShort) : Pop3Reply.Reject(Pop3Rejection.MessageGone, index + 1);
        }
        catch (StoreException failure)
        {
            var rejection = session.Classify(failure, Pop3Rejection.MessageUnreadable, Pop3Rejection.MessageCorrupt);
            return begun ? Pop3Reply.End(SessionEnding.MessageCutShort) : Pop3Reply.Reject(rejection, index + 1);
        }
    }

    private static async ValueTask<SessionEnding?> SendPiecesAsync(Pop3Session session, IMessageReader reader, ReadOnlyMemory<byte> piece, int? bodyLines)
    {
        var encoder = new DotTextEncoder();
        var cutter = new TopCutter(bodyLines ?? 0);
        var left = reader.Size;
        while (left > 0)
        {
            if (piece.IsEmpty || piece.Length > left) return SessionEnding.MessageCutShort; // the store contradicts itself
            left -= piece.Length;
            if (bodyLines is not null) piece = piece[..cutter.Take(piece.Span)];
            session.Writer.Write(piece.Span, ref encoder);
            session.Tally.Octets += piece.Length;
            if (!await session.Writer.FlushIfLargeAsync()) return SessionEnding.NotReading;
            if (cutter.Ended || left == 0) break;
            piece = await reader.ReadAsync(CancellationToken.None);
        }

        session.Writer.End(ref encoder);
        return null;
    }
}
