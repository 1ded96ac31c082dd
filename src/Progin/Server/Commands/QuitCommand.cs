using Merpati.Progin.Grammar;

namespace Merpati.Progin.Server.Commands;

/// <summary>QUIT ends the session.</summary>
internal static class QuitCommand
{
    public static ValueTask<ProginReply> ExecuteAsync(ProginSession session, ProginCommand command) => new(ProginReply.Bye);
}
