using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>LAST names the highest message that RETR or DELE has accessed (RFC 1460 §5): 0 at the login and after RSET.</summary>
internal static class LastCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command) =>
        new(Pop3Reply.Ok("%n is the last read message.", session.Maildrop.HighestAccessed));
}
