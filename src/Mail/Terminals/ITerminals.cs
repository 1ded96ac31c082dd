using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Mail.Terminals;

/// <summary>A message on its way to a terminal (RFC 821 §3.4).</summary>
/// <param name="Id">Its name in replies and logs.</param>
/// <param name="ReversePath">Who sent it.</param>
/// <param name="At">When it was accepted.</param>
/// <param name="Text">The whole message, CRLF line ends, this host's trace fields on top.</param>
public sealed record TerminalMessage(QueueId Id, MailPath ReversePath, DateTimeOffset At, ReadOnlyMemory<byte> Text);

/// <summary>The live sessions at which users read what is sent to their terminal (RFC 821 §3.4). Safe for concurrent callers.</summary>
public interface ITerminals
{
    /// <summary>
    /// Attaches one more session to a user. <paramref name="arrived"/> is called, on any thread and never for long, when there is something to take.
    /// Null when the user has as many sessions as one may have.
    /// </summary>
    ITerminal? Attach(long accountId, Action arrived);

    /// <summary>Whether a user has a session attached.</summary>
    bool IsAttached(long accountId);
}

/// <summary>One attached session; disposing detaches it.</summary>
public interface ITerminal : IDisposable
{
    /// <summary>Takes the next message that has arrived; false when none is waiting.</summary>
    bool TryTake(out TerminalMessage? message);
}
