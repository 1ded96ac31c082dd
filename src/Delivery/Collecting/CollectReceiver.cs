using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Mail.Messages;
using Merpati.Storage;
using Merpati.Storage.Collecting;
using Merpati.Storage.Messages;

namespace Merpati.Delivery.Collecting;

/// <summary>
/// Stores the messages of one run as they come. Several are on their way into the store at once, so that they share commits; they are queued there in
/// the order in which they came. Dispose it when nothing comes any more: it waits for what is on its way.
/// </summary>
internal sealed class CollectReceiver : IRemoteReceiver, IAsyncDisposable
{
    private const int MaxUnderWay = 8;

    private readonly CollectContext _context;
    private readonly CollectPlan _plan;
    private readonly CollectTally _tally;
    private readonly Envelope _envelope;
    private readonly Queue<(ArrivingMessage Message, Task<AcceptOutcome> Outcome)> _underWay = [];
    private ArrivingMessage? _current;

    public CollectReceiver(CollectContext context, CollectPlan plan, CollectTally tally, Origin origin)
    {
        _context = context;
        _plan = plan;
        _tally = tally;
        _envelope = new Envelope(MailPath.Null, [new Recipient(context.Source.Settings.Account)], BodyType.SevenBit, origin);
    }

    /// <summary>The digests of what came without a name.</summary>
    public HashSet<string> Digests { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of those without a name have come.</summary>
    public int UnnamedEnded { get; private set; }

    private bool WantsMore => _tally.Failure is null && !_context.FinishEarly.IsCancellationRequested;

    public void Begin(RemoteMessage message)
    {
        _current?.Dispose();
        _current = new ArrivingMessage(message, _plan.NameOf(message), _context.Options);
    }

    public void Append(ReadOnlySpan<byte> octets) => _current?.Append(octets);

    public async ValueTask<bool> EndAsync(string? refusal)
    {
        if (_current is not { } message) return WantsMore;
        _current = null;
        if (refusal is null && _plan.NameOf(message.Message) is null)
        {
            UnnamedEnded++;
            Digests.Add(message.Name);
        }

        if (IsToBeStored(message, refusal)) _underWay.Enqueue((message, StoreAsync(message)));
        else End(message);
        while (_underWay.Count >= MaxUnderWay) await SettleAsync();
        return WantsMore;
    }

    /// <summary>Waits for all that is on its way into the store.</summary>
    public async ValueTask FinishAsync()
    {
        while (_underWay.Count > 0) await SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _current?.Dispose();
        await FinishAsync();
    }

    private bool IsToBeStored(ArrivingMessage message, string? refusal)
    {
        if (_tally.Failure is not null) return false;
        if (refusal is not null) _tally.Leave(message.Message, $"is not handed out: {refusal}");
        else if (_plan.Digests.Contains(message.Name)) Keep(message);
        else if (message.IsTooBig) _tally.Leave(message.Message, _context.TooBig);
        else if (message.Text.Verdict == IntakeVerdict.NoSpace) _tally.Fail(CollectContext.DiskFull);
        else if (message.Text.Verdict != IntakeVerdict.Accepted) _tally.Fail("a message cannot be written to the spool directory here");
        else if (!_context.Messages.HasRoomFor(message.Octets)) _tally.Fail(CollectContext.DiskFull);
        else return true;
        return false;
    }

    private async Task<AcceptOutcome> StoreAsync(ArrivingMessage message)
    {
        var now = _context.Time.GetLocalNow();
        message.Text.PutOnTop(TraceFields.Received(_envelope, _context.NextId(), _context.Options.HostName, now));
        var entry = new LocalDelivery(_context.Source.InboxId, default) { EnforceQuota = true };
        var acceptance = new Acceptance(message.Text, [entry], _context.InternalDate(message.FindReceivedAt(), now))
        {
            Collected = new CollectedMessage(_context.Source.Id, message.Name),
        };

        // It is not cancelled: the store reads the octets until it has answered.
        return await _context.Messages.AcceptAsync(acceptance, CancellationToken.None);
    }

    private async ValueTask SettleAsync()
    {
        var (message, outcome) = _underWay.Dequeue();
        try
        {
            await SettleAsync(message, await outcome);
        }
        catch (StoreException failure)
        {
            _tally.Fail(failure.Failure == StoreFailure.NoSpace ? CollectContext.DiskFull : failure.Message);
        }
        finally
        {
            End(message);
        }
    }

    private async ValueTask SettleAsync(ArrivingMessage message, AcceptOutcome outcome)
    {
        switch (outcome)
        {
            case AcceptOutcome.Done:
                _tally.Collected++;
                _tally.Octets += message.Octets;
                _tally.Safe[message.Message.Number] = message.Name;
                return;
            case AcceptOutcome.OverQuota:
                _tally.Leave(message.Message, CollectContext.OverQuota);
                return;
            case AcceptOutcome.MailboxGone:
                _tally.Fail(_context.NoAccount);
                return;
            case AcceptOutcome.AlreadyCollected when _tally.HasRepeats || await _context.IsSourceThereAsync():
                _tally.HasRepeats = true;
                Keep(message);
                return;
            default:
                // The store gives the same answer for a source that is gone: then nothing is known of the message, and it must not be removed there.
                _tally.Fail(CollectContext.SourceGone);
                return;
        }
    }

    private void Keep(ArrivingMessage message)
    {
        _tally.Known++;
        _tally.Safe[message.Message.Number] = message.Name;
    }

    private void End(ArrivingMessage message)
    {
        _tally.Tick(message.Message);
        message.Dispose();
    }
}
