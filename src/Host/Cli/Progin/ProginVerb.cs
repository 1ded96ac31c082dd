using System.CommandLine;

namespace Merpati.Host.Cli.Progin;

/// <summary><c>progin send</c> and <c>progin fetch</c>: the client side of the course protocol (docs/progin.md).</summary>
internal static class ProginVerb
{
    public static Command Create() => new("progin", """
        Send and read mail by Progin, the course protocol of docs/progin.md, with this machine's server or any other. What is missing is asked for on a
        terminal. Progin has no TLS: across a network, everybody on the way can read the password.
        """) { ProginSendVerb.Create(), ProginFetchVerb.Create() };
}
