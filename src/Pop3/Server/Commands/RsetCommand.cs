using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>
/// RSET takes the deletion marks away (RFC 1939 §5) and sets the answer of LAST back to that of the login (RFC 1460 §5). Where retention is 0, what was
/// retrieved before it stays too: who asks for it wants nothing removed.
/// </summary>
internal static class RsetCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var maildrop = session.Maildrop;
        maildrop.Reset();
        return new ValueTask<Pop3Reply>(Pop3Reply.Ok(Pop3Phrase.MaildropReset, maildrop.Messages, maildrop.Octets));
    }
}
