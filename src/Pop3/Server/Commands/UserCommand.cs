using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>USER takes a login name (RFC 1939 §7). The answer is the same whether anybody has it: that is not for strangers to know.</summary>
internal static class UserCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        if (NameArgument.Read(command.First.Span) is not { } name) return new ValueTask<Pop3Reply>(Pop3Reply.Reject(Pop3Rejection.BadName));
        session.Facts.LoginName = name;
        session.Phase = Pop3Phase.UserGiven;
        return new ValueTask<Pop3Reply>(Pop3Reply.Done);
    }
}
