using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>NOOP does nothing (RFC 1939 §5).</summary>
internal static class NoopCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command) => new(Pop3Reply.Done);
}
