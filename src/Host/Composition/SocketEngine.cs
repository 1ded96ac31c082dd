namespace Merpati.Host.Composition;

/// <summary>
/// Lets the runtime run a session on the thread that learns of its octets, instead of waking another one for every line: about a fifth of the CPU
/// that a message costs. It is safe here because no session blocks: it takes turns, password checks and commits have threads of their own, and
/// long queries leave the thread. See docs/adr/0001-transport.md.
/// </summary>
internal static class SocketEngine
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Must come before the first socket. What the environment says already is left as it is.</summary>
    public static void Prepare()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null) Environment.SetEnvironmentVariable(InlineCompletions, "1");
    }
}
