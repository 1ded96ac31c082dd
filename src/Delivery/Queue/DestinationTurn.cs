using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Queue;

/// <summary>
/// One worker's turn at one destination: claims, carries, settles, message after message, over one connection at a time, until nothing is due any more,
/// others wait for the connection, or the destination cannot be reached.
/// </summary>
internal sealed class DestinationTurn : IAsyncDisposable
{
    private const int MaxAgedClaims = 1000;

    private readonly QueueRunner _runner;
    private readonly string _destination;
    private readonly DestinationState _state;
    private readonly LeaseKeeper _leases;
    private readonly List<Task> _settling = []; // of what the last claim gave, in the order of the wire
    private HostLine? _line;
    private int _agedClaims;

    public DestinationTurn(QueueRunner runner, string destination, DestinationState state)
    {
        _runner = runner;
        _destination = destination;
        _state = state;
        _leases = new LeaseKeeper(runner.Surroundings.Store, runner.Options.Lease, runner.Surroundings.Time, runner.Log);
    }

    // What a host has taken and the store has not recorded goes out again some day: then it is not made more.
    private bool IsOver => _runner.IsStopping || _settling.Exists(static settling => settling.IsFaulted);

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await WorkOffAsync(cancellation);
        }
        finally
        {
            await SettledAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_line is not null) await _line.DisposeAsync();
        await _leases.DisposeAsync();
    }

    private async Task WorkOffAsync(CancellationToken cancellation)
    {
        while (!_runner.IsStopping)
        {
            var claimed = await ClaimAsync(cancellation);
            if (_runner.Board.Claimed(_state, claimed.Count == _runner.Options.SendingsPerClaim)) _runner.Signal();
            if (claimed.Count == 0) return;
            foreach (var sending in claimed) _leases.Add(sending);
            var hasAged = false;
            foreach (var sending in claimed)
            {
                if (IsOver) await GiveBackAsync(sending);
                else hasAged |= await WorkAsync(sending, cancellation);
            }

            if (IsOver) return;

            if (_line?.Failure is { } failure)
            {
                // Nobody is there. One claim is enough to know that, unless there are senders to be told that their message is late or given up.
                if (hasAged && ++_agedClaims < MaxAgedClaims) continue;
                LeaveAlone(failure);
                return;
            }

            if (_runner.Board.IsStarved) return;
        }
    }

    // The claim goes into the same commit as what was not settled before, or into a later one.
    private async ValueTask<IReadOnlyList<ClaimedSending>> ClaimAsync(CancellationToken cancellation)
    {
        var claiming = _runner.Transitions.ClaimAsync(_destination, _runner.Options, cancellation).AsTask();
        try
        {
            await SettledAsync();
            return await claiming;
        }
        catch (StoreException)
        {
            await GiveUpAsync(claiming);
            throw;
        }
    }

    private async Task SettledAsync()
    {
        await Task.WhenAll(_settling);
        _settling.Clear();
    }

    // Nobody works at what was claimed: it waits, or its lease ends.
    private async Task GiveUpAsync(Task<IReadOnlyList<ClaimedSending>> claiming)
    {
        try
        {
            foreach (var sending in await claiming) await GiveBackAsync(sending);
        }
        catch (StoreException)
        {
            // The first failure says what there is to say.
        }
    }

    // Whether a recipient was given up for its age or its sender told of the delay.
    private async ValueTask<bool> WorkAsync(ClaimedSending sending, CancellationToken cancellation)
    {
        try
        {
            var hasAged = false;
            foreach (var part in sending.Recipients.GroupBy(recipient => _runner.Surroundings.Routes.Find(sending.Sending.ReversePath, recipient.Address)))
            {
                hasAged |= await WorkAsync(sending with { Recipients = [.. part] }, part.Key, cancellation);
            }

            _runner.Breakdowns.Forget(sending.SendingId);
            return hasAged;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or StoreException))
        {
            await BreakDownAsync(sending, failure, cancellation);
            return false;
        }
        finally
        {
            _leases.Remove(sending);
        }
    }

    private async ValueTask<bool> WorkAsync(ClaimedSending sending, RelayRoute route, CancellationToken cancellation)
    {
        var destination = route.DestinationOf(sending.Recipients[0].Address);
        if (destination == _destination)
        {
            await TakeLineAsync(route, sending.Recipients[0].Address.Domain);
            return await CarryAsync(_line!, sending, cancellation);
        }

        // The routes have changed since it was put into the queue: it goes where it would go today, each domain by itself.
        foreach (var part in sending.Recipients.GroupBy(recipient => route.DestinationOf(recipient.Address)))
        {
            var ids = part.Select(recipient => recipient.RecipientId).ToList();
            await _runner.Surroundings.Store.GiveBackAsync(ids, part.Key, _runner.Surroundings.Time.GetUtcNow(), cancellation);
        }

        _runner.Signal();
        return false;
    }

    private async ValueTask<bool> CarryAsync(HostLine line, ClaimedSending sending, CancellationToken cancellation)
    {
        var results = await line.CarryAsync(sending, token => HeldText.OpenAsync(_runner.Surroundings.Store, sending, token), cancellation);
        var attempt = Settle(sending, line.Route, results);

        // Whatever is to end now: what the host has said is recorded. The line need not wait for the disk: the next claim does.
        _settling.Add(_runner.Transitions.SettleAsync(attempt, CancellationToken.None).AsTask());
        if (line.Failure is null && ReferenceEquals(line, _line)) Rate(line, results);
        return attempt.HasAged;
    }

    private async ValueTask GiveBackAsync(ClaimedSending sending)
    {
        var ids = sending.Recipients.Select(recipient => recipient.RecipientId).ToList();
        await _runner.Surroundings.Store.GiveBackAsync(ids, _destination, _runner.Surroundings.Time.GetUtcNow(), CancellationToken.None);
        _leases.Remove(sending);
    }

    private void Rate(HostLine line, IReadOnlyList<CarryResult> results)
    {
        if (results.Any(result => result.Outcome == AttemptOutcome.Delivered))
        {
            if (_runner.Board.Succeeded(_state, line.Route.MaxConnections ?? _runner.Options.MaxConnectionsPerDestination)) _runner.Signal();
        }
        else if (results.All(result => result.MayTryNextHost))
        {
            _runner.Board.Failed(_state);
        }
    }

    private Attempt Settle(ClaimedSending sending, RelayRoute route, IReadOnlyList<CarryResult> results)
    {
        var attempt = new Attempt(sending, _runner.ScheduleOf(route), _runner.Surroundings.Time.GetUtcNow());
        var byId = results.ToDictionary(result => result.RecipientId);
        foreach (var recipient in sending.Recipients) attempt.Add(recipient, byId[recipient.RecipientId]);
        return attempt;
    }

    private async ValueTask TakeLineAsync(RelayRoute route, Domain domain)
    {
        if (_line is not null && _line.Route == route && (route.Host is not null || _line.Domain.Equals(domain))) return;
        if (_line is not null) await _line.DisposeAsync();
        _line = new HostLine(_runner.Surroundings, _runner.Options, route, domain);
    }

    private void LeaveAlone(HostFailure failure)
    {
        var until = _runner.Board.Unreachable(_state, _runner.ScheduleOf(_line!.Route), _runner.Options.LongestBackoff);
        if (until is { } end) DeliveryLog.Unreachable(_runner.Log, _destination, end, Printable(failure.Text));
    }

    // One message that nobody can work at must not stop the others: it is put off, and held when that does not help.
    private async ValueTask BreakDownAsync(ClaimedSending sending, Exception failure, CancellationToken cancellation)
    {
        var count = _runner.Breakdowns.Count(sending.SendingId);
        DeliveryLog.BrokeDown(_runner.Log, failure, sending.Sending.Id, count);
        if (_line is not null) await _line.DisposeAsync();
        _line = null;
        var now = _runner.Surroundings.Time.GetUtcNow();
        var report = new AttemptReport(now, "", "", "", "an error of this host; its log says more", "4.3.0");
        var schedule = _runner.ScheduleOf(_runner.Surroundings.Routes.FindByDestination(_destination));
        var results = sending.Recipients.Select(recipient =>
            new RecipientResult(recipient.RecipientId, AttemptOutcome.Deferred, report, now + schedule.Delay(recipient.Attempts + 1)));
        await _runner.Surroundings.Store.SettleAsync(new Settlement([.. results], []), cancellation);
        if (count < _runner.Options.MaxBreakdowns) return;
        await _runner.Transitions.HoldAsync(sending, _destination, cancellation);
        _runner.Breakdowns.Forget(sending.SendingId);
        DeliveryLog.HeldAfterBreakdowns(_runner.Log, sending.Sending.Id, count);
    }

    private static string Printable(string text) =>
        string.Create(Math.Min(text.Length, 200), text, static (line, source) =>
        {
            for (var i = 0; i < line.Length; i++) line[i] = source[i] is >= ' ' and <= '~' ? source[i] : ' ';
        });
}
