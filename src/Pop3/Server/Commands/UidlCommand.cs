using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>
/// UIDL gives the unique-id of one message or of all that are not marked (RFC 1939 §7): the mailbox's UIDVALIDITY and the UID, which together are
/// never used for another message.
/// </summary>
internal static class UidlCommand
{
    public static async ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var maildrop = session.Maildrop;
        if (command.Count == 1)
        {
            if (MessageArgument.Resolve(maildrop, command.First.Span, Pop3Rejection.MessageDeleted, out var index) is { } refusal) return refusal;
            WriteOne(session.Writer, maildrop, index);
            return Pop3Reply.Written;
        }

        session.Writer.Write(Pop3Reply.Done);
        return await session.Writer.WriteListingAsync(maildrop, FormatLine) ? Pop3Reply.Written : Pop3Reply.End(SessionEnding.NotReading);
    }

    private static void WriteOne(ReplyWriter writer, Maildrop maildrop, int index)
    {
        Span<byte> line = stackalloc byte[ReplyWriter.MaxListingLine];
        writer.Write("+OK "u8);
        writer.Write(line[..FormatLine(maildrop, index, line)]);
    }

    private static int FormatLine(Maildrop maildrop, int index, Span<byte> line)
    {
        var at = ReplyWriter.FormatNumber(index + 1, line);
        line[at++] = (byte)' ';
        at += ReplyWriter.FormatNumber(maildrop.UidValidity, line[at..]);
        line[at++] = (byte)'.';
        at += ReplyWriter.FormatNumber(maildrop.Uid(index), line[at..]);
        "\r\n"u8.CopyTo(line[at..]);
        return at + 2;
    }
}
