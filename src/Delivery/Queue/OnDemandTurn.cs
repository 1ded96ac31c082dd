using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Queue;

/// <summary>
/// A turn at one destination over a connection that its owner has made: claims, carries, settles until nothing is due any more or the connection cannot
/// carry more. Meanwhile no worker of ours comes to that destination.
/// </summary>
internal sealed class OnDemandTurn : IAsyncDisposable
{
    private readonly QueueRunner _runner;
    private readonly string _destination;
    private readonly RetrySchedule _schedule;
    private readonly ITransportSession _session;
    private readonly DestinationState _state;
    private readonly LeaseKeeper _leases;

    public OnDemandTurn(QueueRunner runner, string destination, RelayRoute route, ITransportSession session)
    {
        _runner = runner;
        _destination = destination;
        _schedule = runner.ScheduleOf(route);
        _session = session;
        _state = runner.Board.Occupy(destination);
        _leases = new LeaseKeeper(runner.Surroundings.Store, runner.Options.Lease, runner.Surroundings.Time, runner.Log);
    }

    /// <summary>Carries what is due; how many recipients were delivered to.</summary>
    public async ValueTask<int> RunAsync(CancellationToken cancellation)
    {
        var delivered = 0;
        while (_session.IsUsable && !_runner.IsStopping)
        {
            var claimed = await _runner.Transitions.ClaimAsync(_destination, _runner.Options, cancellation);
            if (claimed.Count == 0) break;
            foreach (var sending in claimed) _leases.Add(sending);
            foreach (var sending in claimed)
            {
                if (_session.IsUsable && !_runner.IsStopping) delivered += await CarryAsync(sending, cancellation);
                else await GiveBackAsync(sending);
                _leases.Remove(sending);
            }
        }

        return delivered;
    }

    public async ValueTask DisposeAsync()
    {
        _runner.Board.Leave(_state);
        await _leases.DisposeAsync();
        _runner.Signal(); // what came meanwhile
    }

    private async ValueTask<int> CarryAsync(ClaimedSending sending, CancellationToken cancellation)
    {
        IReadOnlyList<CarryResult> results;
        using (var text = await HeldText.OpenAsync(_runner.Surroundings.Store, sending, cancellation) ?? throw new InvalidOperationException("a claimed message has no text"))
        {
            results = (await _session.CarryAsync(sending, text, cancellation)).Results;
        }

        var attempt = new Attempt(sending, _schedule, _runner.Surroundings.Time.GetUtcNow());
        var byId = results.ToDictionary(result => result.RecipientId);
        foreach (var recipient in sending.Recipients) attempt.Add(recipient, byId[recipient.RecipientId]);

        // Whatever is to end now: what the host has said is recorded.
        await _runner.Transitions.SettleAsync(attempt, CancellationToken.None);
        return results.Count(result => result.Outcome == AttemptOutcome.Delivered);
    }

    private ValueTask GiveBackAsync(ClaimedSending sending)
    {
        var ids = sending.Recipients.Select(recipient => recipient.RecipientId).ToList();
        return _runner.Surroundings.Store.GiveBackAsync(ids, _destination, _runner.Surroundings.Time.GetUtcNow(), CancellationToken.None);
    }
}
