namespace Merpati.Progin.Server.Commands;

/// <summary>MAIL and FTCH say what the client wants to do. Either begins anew, so that one session may do both.</summary>
internal static class BeginCommands
{
    /// <summary>What carries such a command out.</summary>
    public static ProginHandler Entering(ProginPhase phase) => (session, _) =>
    {
        session.Enter(phase);
        return new ValueTask<ProginReply>(ProginReply.Ok);
    };
}
