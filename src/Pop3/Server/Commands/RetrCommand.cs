using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>RETR sends a message, octet for octet as it is stored (RFC 1939 §5).</summary>
internal static class RetrCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var refusal = MessageArgument.Resolve(session.Maildrop, command.First.Span, Pop3Rejection.MessageDeleted, out var index);
        return refusal is { } reply ? new ValueTask<Pop3Reply>(reply) : MessageText.SendWholeAsync(session, index);
    }
}
