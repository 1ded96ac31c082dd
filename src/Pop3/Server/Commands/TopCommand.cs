using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>TOP sends the header of a message and the first lines of its body (RFC 1939 §7). It does not count as access (RFC 1460 §5).</summary>
internal static class TopCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        if (MessageArgument.Resolve(session.Maildrop, command.First.Span, Pop3Rejection.MessageDeleted, out var index) is { } refusal)
        {
            return new ValueTask<Pop3Reply>(refusal);
        }

        return DecimalNumber.Parse(command.Second.Span, out var lines) switch
        {
            NumberOutcome.Number => MessageText.SendTopAsync(session, index, lines),
            NumberOutcome.TooLarge => new ValueTask<Pop3Reply>(Pop3Reply.Reject(Pop3Rejection.NumberTooLarge)),
            _ => new ValueTask<Pop3Reply>(Pop3Reply.Reject(Pop3Rejection.NotANumber)),
        };
    }
}
