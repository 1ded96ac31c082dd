using Merpati.Mail.Envelopes;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>Puts the Received field on top (RFC 5321 §4.4).</summary>
internal sealed class TraceStep : IntakeStep
{
    private readonly Envelope _envelope;
    private readonly QueueId _id;
    private readonly string _hostName;
    private readonly DateTimeOffset _at;

    public TraceStep(Envelope envelope, QueueId id, string hostName, DateTimeOffset at)
    {
        _envelope = envelope;
        _id = id;
        _hostName = hostName;
        _at = at;
    }

    public override ReadOnlyMemory<byte> OnTop() => TraceFields.Received(_envelope, _id, _hostName, _at);
}
