using Merpati.Mail.Intake;

namespace Merpati.Delivery.Intake;

/// <summary>
/// One step of intake, made anew for each message. Steps see the message in the order of their list; the first that refuses decides.
/// </summary>
internal abstract class IntakeStep
{
    /// <summary>Sees the next octets of the message as they stream by.</summary>
    public virtual void See(ReadOnlySpan<byte> octets)
    {
    }

    /// <summary>Judges the message when all of it has been seen. Throws <see cref="Storage.StoreException"/> when it cannot.</summary>
    public virtual ValueTask<IntakeVerdict> JudgeAsync(CancellationToken cancellation) => new(IntakeVerdict.Accepted);

    /// <summary>Header fields that this step puts on top of the message, each with its CRLF; asked once, after the message was judged.</summary>
    public virtual ReadOnlyMemory<byte> OnTop() => default;
}
