using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>What other servers have and this one never: RPOP (RFC 1225) believes whatever a host says of its users, XTND was never written down.</summary>
internal static class ForeignCommands
{
    public static ValueTask<Pop3Reply> RefuseAsync(Pop3Session session, Pop3Command command) => new(Pop3Reply.Reject(Pop3Rejection.NotOffered));
}
