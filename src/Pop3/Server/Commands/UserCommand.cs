using System.Text;
using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>USER takes a login name (RFC 1939 §7). The answer is the same whether anybody has it: that is not for strangers to know.</summary>
internal static class UserCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        session.Facts.LoginName = Encoding.ASCII.GetString(command.First.Span);
        session.Phase = Pop3Phase.UserGiven;
        return new ValueTask<Pop3Reply>(Pop3Reply.Done);
    }
}
