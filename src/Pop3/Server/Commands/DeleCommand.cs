using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>DELE marks a message (RFC 1939 §5). It goes at QUIT, not before.</summary>
internal static class DeleCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var maildrop = session.Maildrop;
        if (MessageArgument.Resolve(maildrop, command.First.Span, Pop3Rejection.AlreadyDeleted, out var index) is { } refusal)
        {
            return new ValueTask<Pop3Reply>(refusal);
        }

        maildrop.Mark(index);
        return new ValueTask<Pop3Reply>(Pop3Reply.Ok(Pop3Phrase.MessageMarked, index + 1));
    }
}
