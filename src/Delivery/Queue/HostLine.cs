using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Mail.Addresses;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Queue;

/// <summary>
/// One worker's way to the hosts of one destination: it finds them, keeps one connection for as many messages as it may carry, and tries the next host
/// where one cannot be reached or puts a message off (RFC 5321 §5.1). Once no host can be reached it stays so: who wants to try again makes a new one.
/// </summary>
internal sealed class HostLine : IAsyncDisposable
{
    private readonly INextHosts _finder;
    private readonly ITransport _transport;
    private readonly QueueOptions _options;
    private readonly TimeProvider _time;
    private IReadOnlyList<NextHost>? _hosts;
    private ITransportSession? _session;
    private int _at; // the host of the session
    private int _carried; // messages, over the session

    public HostLine(QueueSurroundings surroundings, QueueOptions options, RelayRoute route, Domain domain)
    {
        _finder = surroundings.Hosts;
        _transport = surroundings.Transport;
        _time = surroundings.Time;
        _options = options;
        Route = route;
        Domain = domain;
    }

    public RelayRoute Route { get; }

    public Domain Domain { get; }

    /// <summary>Why no host can be reached; null as long as that is not known.</summary>
    public HostFailure? Failure { get; private set; }

    /// <summary>Carries a message; a result for each of its recipients, in any order.</summary>
    public async ValueTask<IReadOnlyList<CarryResult>> CarryAsync(
        ClaimedSending sending, Func<CancellationToken, ValueTask<IMessageReader?>> open, CancellationToken cancellation)
    {
        var isReused = _session is { IsUsable: true } && _carried < _options.SendingsPerConnection;
        if (!isReused && !await ReachAsync(cancellation)) return Unreached(sending, Failure!);
        var outcome = await CarryAsync(_session!, sending, open, cancellation);
        if (outcome.Lost && isReused)
        {
            // A host may close a connection that it finds too old: that says nothing about this message.
            if (!await ReachAsync(cancellation)) return Unreached(sending, Failure!);
            outcome = await CarryAsync(_session!, sending, open, cancellation);
        }

        _carried++;
        var results = outcome.Results.ToDictionary(result => result.RecipientId);
        await RepeatAsync(sending, results, open, cancellation);
        for (var i = _at + 1; i < Math.Min(_hosts!.Count, _options.HostsPerAttempt); i++)
        {
            var left = sending.Recipients.Where(recipient => results[recipient.RecipientId] is { Outcome: AttemptOutcome.Deferred, MayTryNextHost: true }).ToList();
            if (left.Count == 0) break;
            var (session, _) = await _transport.ConnectAsync(_hosts[i], Route, cancellation);
            if (session is null) continue;
            await using (session)
            {
                foreach (var result in (await CarryAsync(session, sending with { Recipients = left }, open, cancellation)).Results) results[result.RecipientId] = result;
            }
        }

        return [.. results.Values];
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
        _session = null;
    }

    // As long as each transaction settles somebody.
    private async ValueTask RepeatAsync(
        ClaimedSending sending, Dictionary<long, CarryResult> results, Func<CancellationToken, ValueTask<IMessageReader?>> open, CancellationToken cancellation)
    {
        var before = sending.Recipients.Count;
        while (_session is { IsUsable: true })
        {
            var left = sending.Recipients.Where(recipient => results[recipient.RecipientId].MayRepeat).ToList();
            if (left.Count == 0 || left.Count >= before) return;
            before = left.Count;
            foreach (var result in (await CarryAsync(_session, sending with { Recipients = left }, open, cancellation)).Results) results[result.RecipientId] = result;
        }
    }

    private static async ValueTask<CarryOutcome> CarryAsync(
        ITransportSession session, ClaimedSending sending, Func<CancellationToken, ValueTask<IMessageReader?>> open, CancellationToken cancellation)
    {
        using var text = await open(cancellation) ?? throw new InvalidOperationException("a claimed message has no text");
        return await session.CarryAsync(sending, text, cancellation);
    }

    private async ValueTask<bool> ReachAsync(CancellationToken cancellation)
    {
        await DisposeAsync();
        if (Failure is not null) return false;
        HostFailure? failure = null;
        if (_hosts is null)
        {
            var found = await _finder.FindAsync(Domain, Route, cancellation);
            (_hosts, failure) = (found.Hosts, found.Failure);
        }

        var tried = await TryAsync(_hosts, failure, cancellation);
        if (_session is null && tried is { Outcome: AttemptOutcome.Deferred } && Route.Fallback is { } fallback)
        {
            var found = await _finder.FindFallbackAsync(fallback, cancellation);
            _hosts = found.Hosts;
            tried = await TryAsync(_hosts, tried, cancellation);
        }

        if (_session is not null) return true;
        Failure = tried ?? new HostFailure(AttemptOutcome.Deferred, "4.4.4", "no host was found");
        return false;
    }

    // The first host that can be reached. When one of those that cannot says "later", that stands, whatever the others say.
    private async ValueTask<HostFailure?> TryAsync(IReadOnlyList<NextHost> hosts, HostFailure? failure, CancellationToken cancellation)
    {
        for (var i = 0; i < Math.Min(hosts.Count, _options.HostsPerAttempt); i++)
        {
            var (session, why) = await _transport.ConnectAsync(hosts[i], Route, cancellation);
            if (session is not null)
            {
                (_session, _at, _carried) = (session, i, 0);
                return null;
            }

            if (failure is null || why!.Outcome == AttemptOutcome.Deferred) failure = why;
        }

        return failure;
    }

    private List<CarryResult> Unreached(ClaimedSending sending, HostFailure failure)
    {
        var report = new AttemptReport(_time.GetUtcNow(), failure.Host, failure.Address, "", failure.Text, failure.Status);
        return [.. sending.Recipients.Select(recipient => new CarryResult(recipient.RecipientId, failure.Outcome, report))];
    }
}
