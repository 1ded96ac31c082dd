using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>STAT counts the messages that are not marked, and their octets (RFC 1939 §5).</summary>
internal static class StatCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command) =>
        new(Pop3Reply.Ok(Pop3Phrase.Numbers, session.Maildrop.Messages, session.Maildrop.Octets));
}
