using Merpati.Progin.Client;

namespace Merpati.Progin.Tests.Client;

/// <summary>A server that does what a script says, and our client.</summary>
internal sealed class ScriptedServer(string script, ProginClientOptions? options = null, int cut = ScriptedServer.Whole)
    : ScriptedServer<ProginClient>(script, connection => new ProginClient(connection, options ?? new ProginClientOptions()), cut)
{
    /// <summary>Plays a dialogue every way.</summary>
    public static Task PlayEveryWayAsync(string script, Func<ProginClient, Task> act, ProginClientOptions? options = null) =>
        ScriptedDialogue.PlayEveryWayAsync(script, act, connection => new ProginClient(connection, options ?? new ProginClientOptions()));
}
