using Merpati.Mail.Envelopes;

namespace Merpati.Mail.Intake;

/// <summary>
/// The other question: take this message. What it accepts is durable when it says so: one transaction has stored the body
/// and every recipient's entry. Safe for concurrent callers.
/// </summary>
public interface IIntake
{
    /// <summary>
    /// Whether a message of <paramref name="declaredOctets"/> (0 when the client did not say) could be taken now.
    /// <see cref="IntakeVerdict.Accepted"/> promises nothing yet; a refusal spares the client the transfer.
    /// </summary>
    IntakeVerdict Ask(long declaredOctets);

    /// <summary>
    /// Opens the receipt of one message. Dispose it in any case: without a commit nothing stays behind. A caller that does little after the commit before
    /// it waits again, and never blocks there, may say so with <paramref name="callerIsPrompt"/>: it may then go on on a thread of the store.
    /// </summary>
    IIncomingMessage Begin(Envelope envelope, bool callerIsPrompt = false);
}

/// <summary>A message on its way in. One caller at a time.</summary>
public interface IIncomingMessage : IAsyncDisposable
{
    /// <summary>The message's name in replies and logs.</summary>
    QueueId Id { get; }

    /// <summary>
    /// Takes the next octets of the message, CRLF line ends, dots already unstuffed. Never throws for want of room:
    /// the failure is remembered, the rest is dropped, and <see cref="CommitAsync"/> says so.
    /// </summary>
    void Append(ReadOnlySpan<byte> octets);

    /// <summary>
    /// Ends the message. Completes with <see cref="IntakeVerdict.Accepted"/> only after the durable commit; with any other verdict
    /// nothing was stored. To cancel is to give up waiting before the commit was queued; a commit under way is not undone.
    /// </summary>
    ValueTask<IntakeVerdict> CommitAsync(CancellationToken cancellation);
}
