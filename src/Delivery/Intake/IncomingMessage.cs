using Merpati.Delivery.Routing;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Storage;

namespace Merpati.Delivery.Intake;

/// <summary>One message on its way into the store or to a terminal.</summary>
internal sealed class IncomingMessage : IIncomingMessage
{
    private readonly StoreIntake _intake;
    private readonly Envelope _envelope;
    private readonly DateTimeOffset _receivedAt;
    private readonly IntakeStep[] _steps;
    private readonly EightBitStep _eightBit = new();
    private readonly Spool _spool;

    public IncomingMessage(StoreIntake intake, Envelope envelope, QueueId id)
    {
        _intake = intake;
        _envelope = envelope;
        Id = id;
        _receivedAt = intake.Surroundings.Time.GetLocalNow();
        _steps = Steps();
        _spool = new Spool(intake.Options.SpoolDirectory, intake.Options.SpoolThreshold);
    }

    public QueueId Id { get; }

    public bool CallerIsPrompt { get; init; }

    public void Append(ReadOnlySpan<byte> octets)
    {
        foreach (var step in _steps) step.See(octets);
        _spool.Append(octets);
    }

    public async ValueTask<IntakeVerdict> CommitAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var step in _steps)
            {
                if (await step.JudgeAsync(cancellation) is not IntakeVerdict.Accepted and var refusal) return refusal;
            }

            if (_spool.Verdict != IntakeVerdict.Accepted) return _spool.Verdict;
            _spool.PutOnTop(Head());
            return await new MessageDelivery(_intake, _envelope, Id, _spool, _receivedAt) { CallerIsPrompt = CallerIsPrompt, HasEightBit = _eightBit.HasEightBit }.RunAsync(cancellation);
        }
        catch (StoreException failure)
        {
            DeliveryLog.StoreFailed(_intake.Log, Id, failure.Message);
            return failure.Failure == StoreFailure.NoSpace ? IntakeVerdict.NoSpace : IntakeVerdict.StoreFailed;
        }
    }

    public ValueTask DisposeAsync()
    {
        _spool.Dispose();
        return default;
    }

    // In the order of the list they see and judge, and what they put on top stands from the top down.
    private IntakeStep[] Steps()
    {
        var options = _intake.Options;
        var steps = new List<IntakeStep>(7)
        {
            new SizeStep(options.MaxMessageBytes),
            new LoopStep(options.MaxHops),
            new TraceStep(_envelope, Id, options.HostName, _receivedAt),
        };
        if (_envelope.Origin.IsSubmission) steps.Add(new SubmissionStep(_intake.Book, _envelope.Origin.Submitter, Id, options.HostName, _receivedAt));
        var groups = new List<GroupTarget>();
        var redirected = new List<LocalRecipient>();
        foreach (var recipient in _envelope.Recipients.OfType<LocalRecipient>())
        {
            groups.AddRange(recipient.Groups);
            if (recipient.Abroad.Length > 0) redirected.Add(recipient);
        }

        if (groups.Count > 0) steps.Add(new GroupLoopStep(groups));
        if (redirected.Count > 0) steps.Add(new DeliveredToStep(redirected));
        if (_intake.Surroundings.Directory.Finder.Options.Relay.IsEnabled) steps.Add(_eightBit);
        return [.. steps];
    }

    private byte[] Head()
    {
        using var head = new MemoryStream(512);
        foreach (var step in _steps) head.Write(step.OnTop().Span);
        return head.ToArray();
    }
}
