using Merpati.Storage;
using Merpati.Storage.Queue;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery.Queue;

/// <summary>Prolongs the leases of what one worker has claimed, while it works: an attempt may last longer than any lease.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly IQueueStore _store;
    private readonly TimeSpan _lease;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly HashSet<long> _ids = [];
    private readonly ITimer _timer;
    private Task _prolonging = Task.CompletedTask;

    public LeaseKeeper(IQueueStore store, TimeSpan lease, TimeProvider time, ILogger log)
    {
        _store = store;
        _lease = lease;
        _time = time;
        _log = log;
        _timer = time.CreateTimer(_ => Prolong(), null, lease / 3, lease / 3);
    }

    public void Add(ClaimedSending sending)
    {
        lock (_lock)
        {
            foreach (var recipient in sending.Recipients) _ids.Add(recipient.RecipientId);
        }
    }

    public void Remove(ClaimedSending sending)
    {
        lock (_lock)
        {
            foreach (var recipient in sending.Recipients) _ids.Remove(recipient.RecipientId);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _prolonging;
    }

    private void Prolong()
    {
        lock (_lock)
        {
            if (_ids.Count > 0) _prolonging = ProlongAsync(_prolonging, [.. _ids]);
        }
    }

    private async Task ProlongAsync(Task before, long[] ids)
    {
        await before;
        try
        {
            await _store.ProlongAsync(ids, _time.GetUtcNow() + _lease, CancellationToken.None);
        }
        catch (StoreException failure)
        {
            DeliveryLog.QueueStoreFailed(_log, failure.Message);
        }
    }
}
