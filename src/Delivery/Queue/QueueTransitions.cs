using Merpati.Delivery.Bounces;
using Merpati.Storage;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery.Queue;

/// <summary>The arrows of docs/queue-states.md that the queue takes by itself, one method each; those of one attempt stand in <see cref="Attempt"/>.</summary>
internal sealed class QueueTransitions
{
    private const int ForgetAtOnce = 1000;

    private readonly IQueueStore _store;
    private readonly NoticeWriter _notices;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public QueueTransitions(IQueueStore store, NoticeWriter notices, TimeProvider time, ILogger log)
    {
        _store = store;
        _notices = notices;
        _time = time;
        _log = log;
    }

    /// <summary>Called after notices were put into the queue.</summary>
    public Action? Grew { get; set; }

    /// <summary>Arrow claim.</summary>
    public ValueTask<IReadOnlyList<ClaimedSending>> ClaimAsync(string destination, QueueOptions options, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var request = new ClaimRequest(destination, now, now + options.Lease, options.SendingsPerClaim, options.RecipientsPerSending);
        return _store.ClaimAsync(request, cancellation);
    }

    /// <summary>The arrows deliver, defer, fail and expire, as the attempt says, with the notices they cause, in one transaction.</summary>
    public async ValueTask SettleAsync(Attempt attempt, CancellationToken cancellation)
    {
        var notices = new List<Acceptance>();
        foreach (var notice in attempt.Notices())
        {
            if (await WriteAsync(attempt.Sending, notice, cancellation) is { } written) notices.Add(written);
        }

        await _store.SettleAsync(new Settlement(attempt.Results, notices), cancellation);
        foreach (var result in attempt.Results) Log(attempt.Sending, result);
        if (notices.Exists(notice => notice.Sendings.Count > 0)) Grew?.Invoke();
    }

    /// <summary>Arrow hold, for what breaks whoever works at it.</summary>
    public async ValueTask HoldAsync(ClaimedSending sending, string destination, CancellationToken cancellation) =>
        await _store.ChangeAsync(QueueChange.Hold, new QueueFilter { Id = sending.Sending.Id, Destination = destination }, _time.GetUtcNow(), cancellation);

    /// <summary>Arrow lapse, for the claims of the last process: nobody of it lives.</summary>
    public async ValueTask LapseAllAsync(CancellationToken cancellation)
    {
        if (await _store.LapseAsync(DateTimeOffset.MaxValue, cancellation) is > 0 and var count) DeliveryLog.Lapsed(_log, count);
    }

    /// <summary>Arrow lapse, for claims whose lease has ended.</summary>
    public async ValueTask LapseAsync(CancellationToken cancellation) => await _store.LapseAsync(_time.GetUtcNow(), cancellation);

    /// <summary>Forgets the attempts that have been kept long enough.</summary>
    public async ValueTask ForgetAsync(TimeSpan keep, CancellationToken cancellation)
    {
        while (await _store.ForgetAttemptsAsync(_time.GetUtcNow() - keep, cancellation) >= ForgetAtOnce)
        {
        }
    }

    // What the host has taken must be recorded even when the notice about it cannot be written: else it would get it twice.
    private async ValueTask<Acceptance?> WriteAsync(ClaimedSending sending, StatusNotice notice, CancellationToken cancellation)
    {
        try
        {
            return await _notices.WriteAsync(notice, wantsAll => ReadAsync(sending, wantsAll, cancellation), cancellation);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or StoreException))
        {
            DeliveryLog.NoticeFailed(_log, failure, sending.Sending.Id);
            return null;
        }
    }

    private async ValueTask<ReturnedText> ReadAsync(ClaimedSending sending, bool wantsAll, CancellationToken cancellation)
    {
        try
        {
            using var reader = await _store.OpenAsync(sending.SendingId, cancellation);
            return reader is null ? ReturnedText.Nothing : await ReturnedText.ReadAsync(reader, wantsAll, cancellation);
        }
        catch (StoreException failure) when (failure.Failure == StoreFailure.Gone)
        {
            return ReturnedText.Nothing;
        }
    }

    private void Log(ClaimedSending sending, RecipientResult result)
    {
        foreach (var recipient in sending.Recipients)
        {
            if (recipient.RecipientId != result.RecipientId) continue;
            var report = result.Report;
            DeliveryLog.Attempted(_log, sending.Sending.Id, recipient.Address, report.Host, report.Address, result.Outcome, report.Status);
            if (result.Outcome == AttemptOutcome.Failed && sending.Sending.ReversePath.IsNull) DeliveryLog.NobodyToTell(_log, sending.Sending.Id, recipient.Address, report.Status);
            return;
        }
    }
}
