using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>RSET takes the deletion marks away (RFC 1939 §5) and sets the answer of LAST to 0 (RFC 1460 §5).</summary>
internal static class RsetCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var maildrop = session.Maildrop;
        maildrop.Reset();
        return new ValueTask<Pop3Reply>(Pop3Reply.Ok("Maildrop has %m (%o)", maildrop.Messages, maildrop.Octets));
    }
}
