using Merpati.Mail.Envelopes;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>Puts the Received field on top (RFC 5321 §4.4).</summary>
internal sealed class TraceStep : IntakeStep
{
    private readonly string _hostName;
    private readonly DateTimeOffset _at;

    public TraceStep(string hostName, DateTimeOffset at)
    {
        _hostName = hostName;
        _at = at;
    }

    public override ReadOnlyMemory<byte> OnTop(Envelope envelope, QueueId id) => TraceFields.Received(envelope, id, _hostName, _at);
}
