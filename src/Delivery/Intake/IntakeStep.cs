using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;

namespace Merpati.Delivery.Intake;

/// <summary>
/// One step of intake, made anew for each message. Steps see the message in the order of their list; the first that refuses decides.
/// </summary>
internal abstract class IntakeStep
{
    /// <summary>Header fields that this step puts on top of the message, each with its CRLF.</summary>
    public virtual ReadOnlyMemory<byte> OnTop(Envelope envelope, QueueId id) => default;

    /// <summary>Sees the next octets of the message as they stream by.</summary>
    public virtual void See(ReadOnlySpan<byte> octets)
    {
    }

    /// <summary>Judges the message when all of it has been seen.</summary>
    public virtual IntakeVerdict Judge() => IntakeVerdict.Accepted;
}
