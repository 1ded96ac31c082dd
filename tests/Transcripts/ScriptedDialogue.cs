using Merpati.Wire.Connections;

namespace Merpati.Transcripts;

/// <summary>Plays a dialogue between a scripted server and a client.</summary>
public static class ScriptedDialogue
{
    /// <summary>Plays it whole, octet by octet, and with what the server says cut at every point; each time to its end.</summary>
    public static async Task PlayEveryWayAsync<TClient>(string script, Func<TClient, Task> act, Func<WireConnection, TClient> client)
    {
        ArgumentNullException.ThrowIfNull(act);
        var length = await PlayAsync(script, act, client, ScriptedServer<TClient>.Whole);
        await PlayAsync(script, act, client, ScriptedServer<TClient>.OctetByOctet);
        for (var cut = 1; cut < length; cut++) await PlayAsync(script, act, client, cut);
    }

    private static async Task<int> PlayAsync<TClient>(string script, Func<TClient, Task> act, Func<WireConnection, TClient> client, int cut)
    {
        await using var server = new ScriptedServer<TClient>(script, client, cut);
        try
        {
            await act(server.Client).WaitAsync(ScriptedServer<TClient>.Patience);
        }
        catch (Exception) when (server.Played.IsFaulted)
        {
            await server.Played; // says better what went wrong
            throw;
        }

        await server.EndAsync();
        return server.Said;
    }
}
