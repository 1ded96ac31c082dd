using Merpati.Delivery.Routing;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Mail.Messages;
using Merpati.Storage;
using Merpati.Storage.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>One message on its way into the store.</summary>
internal sealed class IncomingMessage : IIncomingMessage
{
    private readonly IMessageStore _messages;
    private readonly Envelope _envelope;
    private readonly DateTimeOffset _receivedAt;
    private readonly IntakeStep[] _steps;
    private readonly Spool _spool;

    public IncomingMessage(IMessageStore messages, IntakeOptions options, TimeProvider time, Envelope envelope, QueueId id)
    {
        _messages = messages;
        _envelope = envelope;
        Id = id;
        _receivedAt = time.GetLocalNow();
        _steps = [new SizeStep(options.MaxMessageBytes), new LoopStep(options.MaxHops), new TraceStep(options.HostName, _receivedAt)];
        _spool = new Spool(options.SpoolDirectory, options.SpoolThreshold);
        for (var i = _steps.Length - 1; i >= 0; i--) _spool.Append(_steps[i].OnTop(envelope, id).Span);
    }

    public QueueId Id { get; }

    public void Append(ReadOnlySpan<byte> octets)
    {
        foreach (var step in _steps) step.See(octets);
        _spool.Append(octets);
    }

    public async ValueTask<IntakeVerdict> CommitAsync(CancellationToken cancellation)
    {
        foreach (var step in _steps)
        {
            if (step.Judge() is not IntakeVerdict.Accepted and var refusal) return refusal;
        }

        if (_spool.Verdict != IntakeVerdict.Accepted) return _spool.Verdict;
        if (!_messages.HasRoomFor(_spool.Length)) return IntakeVerdict.NoSpace;
        try
        {
            var stored = await _messages.AcceptAsync(new Acceptance(_spool, Deliveries(), _receivedAt) { CallerIsPrompt = true }, cancellation);
            return stored ? IntakeVerdict.Accepted : IntakeVerdict.RecipientGone;
        }
        catch (StoreException failure)
        {
            return failure.Failure == StoreFailure.NoSpace ? IntakeVerdict.NoSpace : IntakeVerdict.StoreFailed;
        }
    }

    public ValueTask DisposeAsync()
    {
        _spool.Dispose();
        return default;
    }

    // Two recipients may lead to one mailbox (postmaster and its holder): it gets the message once.
    private List<LocalDelivery> Deliveries()
    {
        ReadOnlyMemory<byte> returnPath = TraceFields.ReturnPath(_envelope.ReversePath);
        var deliveries = new List<LocalDelivery>(_envelope.Recipients.Count);
        var seen = _envelope.Recipients.Count > 1 ? new HashSet<long>() : null;
        foreach (var recipient in _envelope.Recipients)
        {
            var mailbox = ((LocalRecipient)recipient).MailboxId;
            if (seen is null || seen.Add(mailbox)) deliveries.Add(new LocalDelivery(mailbox, returnPath));
        }

        return deliveries;
    }
}
