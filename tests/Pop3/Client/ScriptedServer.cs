using Merpati.Pop3.Client;

namespace Merpati.Pop3.Tests.Client;

/// <summary>A server that does what a script says, and our client.</summary>
internal sealed class ScriptedServer(string script, Pop3ClientOptions? options = null, int cut = ScriptedServer.Whole)
    : ScriptedServer<Pop3Client>(script, connection => new Pop3Client(connection, options ?? new Pop3ClientOptions()), cut)
{
    /// <summary>Plays a dialogue every way.</summary>
    public static Task PlayEveryWayAsync(string script, Func<Pop3Client, Task> act, Pop3ClientOptions? options = null) =>
        ScriptedDialogue.PlayEveryWayAsync(script, act, connection => new Pop3Client(connection, options ?? new Pop3ClientOptions()));
}
