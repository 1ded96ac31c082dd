using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Storage.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>Takes messages into the store: to accept is to deliver, there is no queue before the mailboxes.</summary>
public sealed class StoreIntake : IIntake
{
    private readonly IMessageStore _messages;
    private readonly IntakeOptions _options;
    private readonly TimeProvider _time;
    private readonly QueueIdSource _ids;

    /// <summary>An intake into a store. Spool files that a crash left are removed.</summary>
    public StoreIntake(IMessageStore messages, IntakeOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _messages = messages;
        _options = options;
        _time = time;
        _ids = new QueueIdSource(time);
        Spool.Clear(options.SpoolDirectory);
    }

    /// <inheritdoc/>
    public IntakeVerdict Ask(long declaredOctets)
    {
        if (declaredOctets > _options.MaxMessageBytes) return IntakeVerdict.TooBig;
        return _messages.HasRoomFor(declaredOctets) ? IntakeVerdict.Accepted : IntakeVerdict.NoSpace;
    }

    /// <inheritdoc/>
    public IIncomingMessage Begin(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return new IncomingMessage(_messages, _options, _time, envelope, _ids.Next());
    }
}
