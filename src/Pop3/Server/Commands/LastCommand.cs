using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>LAST names the highest message that RETR or DELE has accessed (RFC 1460 §5), in this session or, at the login and after RSET, before it.</summary>
internal static class LastCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command) =>
        new(Pop3Reply.Ok(Pop3Phrase.LastRead, session.Maildrop.HighestAccessed));
}
