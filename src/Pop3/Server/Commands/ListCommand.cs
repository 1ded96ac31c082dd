using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>LIST gives the size of one message or of all that are not marked (RFC 1939 §5).</summary>
internal static class ListCommand
{
    public static async ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var maildrop = session.Maildrop;
        if (command.Count == 1)
        {
            var refusal = MessageArgument.Resolve(maildrop, command.First.Span, Pop3Rejection.MessageDeleted, out var index);
            return refusal ?? Pop3Reply.Ok(Pop3Phrase.Numbers, index + 1, maildrop.Size(index));
        }

        session.Writer.Write(Pop3Reply.Ok(Pop3Phrase.Listing, maildrop.Messages, maildrop.Octets));
        return await session.Writer.WriteListingAsync(maildrop, FormatLine) ? Pop3Reply.Written : Pop3Reply.End(SessionEnding.NotReading);
    }

    // RFC 1939 §5: the message number, a space, its octets, and nothing else.
    private static int FormatLine(Maildrop maildrop, int index, Span<byte> line)
    {
        var at = ReplyWriter.FormatNumber(index + 1, line);
        line[at++] = (byte)' ';
        at += ReplyWriter.FormatNumber(maildrop.Size(index), line[at..]);
        "\r\n"u8.CopyTo(line[at..]);
        return at + 2;
    }
}
