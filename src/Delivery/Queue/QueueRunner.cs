using System.Threading.Channels;
using Merpati.Delivery.Routing;
using Merpati.Storage;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery.Queue;

/// <summary>
/// Works the queue off: looks at which destinations have something due, page by page, and gives each in its turn a worker, as far as the destination
/// and the bound of all connections allow. It keeps nothing of what waits but the page it looks at, so its memory does not grow with the queue.
/// </summary>
public sealed class QueueRunner : IAsyncDisposable
{
    private const int PageSize = 100;
    private const int RestPerLook = 4;
    private static readonly TimeSpan TidyEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _turns = [];
    private Task? _loop;
    private string? _cursor; // the destination that was looked at last
    private DateTimeOffset _tidied;
    private long _urgency;

    /// <summary>A queue that is not started yet.</summary>
    public QueueRunner(QueueSurroundings surroundings, QueueOptions options)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        ArgumentNullException.ThrowIfNull(options);
        Surroundings = surroundings;
        Options = options;
        Log = surroundings.Loggers.CreateLogger("Merpati.Delivery");
        Board = new DestinationBoard(options.MaxConnections, surroundings.Time);
        Transitions = new QueueTransitions(surroundings.Store, surroundings.Notices, surroundings.Time, Log) { Grew = Signal };
    }

    internal QueueSurroundings Surroundings { get; }

    internal QueueOptions Options { get; }

    internal ILogger Log { get; }

    internal DestinationBoard Board { get; }

    internal QueueTransitions Transitions { get; }

    internal Breakdowns Breakdowns { get; } = new();

    internal bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Begins. Claims that the last process left are lapsed first, in the background; nothing else is read at start.</summary>
    public void Start() => _loop ??= Task.Run(RunAsync);

    /// <summary>Says that something may be due: a message was put into the queue. Never blocks.</summary>
    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>Has a destination tried at once though it could not be reached lately; null for all. For an administrator, and for ETRN.</summary>
    public void Wake(string? destination)
    {
        Board.Unblock(destination);
        Signal();
    }

    /// <summary>
    /// Ends. Nothing new is begun; messages that are being carried are finished, for as long as <paramref name="drain"/> allows, then their connections
    /// are cut: they wait in the queue, and at worst the next host gets one of them twice.
    /// </summary>
    public async Task StopAsync(TimeSpan drain)
    {
        await _stopping.CancelAsync();
        if (_loop is not null) await _loop;
        var ended = Task.WhenAll(Turns());
        try
        {
            await ended.WaitAsync(drain, Surroundings.Time);
        }
        catch (TimeoutException)
        {
            await _aborting.CancelAsync();
            await ended;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _stopping.Dispose();
        _aborting.Dispose();
    }

    internal RetrySchedule ScheduleOf(RelayRoute route) => new(route.Retry ?? Options.Retry);

    private async Task RunAsync()
    {
        var isFirst = true;
        while (!IsStopping)
        {
            try
            {
                if (isFirst) await Transitions.LapseAllAsync(_stopping.Token);
                isFirst = false;
                var began = TimeProvider.System.GetTimestamp();
                await TidyAsync();
                await HurryAsync();
                var lookedAt = Surroundings.Time.GetUtcNow();
                await LookAsync();
                await RestAfterAsync(TimeProvider.System.GetElapsedTime(began));
                await WaitAsync(await FindWaitAsync(lookedAt));
            }
            catch (OperationCanceledException) when (IsStopping)
            {
                return;
            }
            catch (StoreException failure)
            {
                DeliveryLog.QueueStoreFailed(Log, failure.Message);
                if (!await RestAsync(Options.LookEvery)) return;
            }
            catch (Exception failure)
            {
                DeliveryLog.QueueBrokeDown(Log, failure);
                if (!await RestAsync(Options.LookEvery)) return;
            }
        }
    }

    // An administrator, perhaps by another process, wants something tried now: that a destination could not be reached lately is no reason to wait then.
    private async ValueTask HurryAsync()
    {
        var urgency = await Surroundings.Store.ReadUrgencyAsync(_stopping.Token);
        if (urgency == _urgency) return;
        _urgency = urgency;
        Board.Unblock(null);
    }

    private async ValueTask TidyAsync()
    {
        var now = Surroundings.Time.GetUtcNow();
        if (now - _tidied < TidyEvery) return;
        _tidied = now;
        await Transitions.LapseAsync(_stopping.Token);
        await Transitions.ForgetAsync(Options.KeepAttempts, _stopping.Token);
    }

    // Once round all destinations that have something due, from where the last look ended: nobody is passed over because others come first by name.
    private async ValueTask LookAsync()
    {
        var hasWrapped = _cursor is null;
        while (true)
        {
            var page = await Surroundings.Store.ListDueAsync(Surroundings.Time.GetUtcNow(), _cursor, PageSize, _stopping.Token);
            foreach (var due in page)
            {
                if (!Board.TryStart(due.Destination, out var state))
                {
                    if (Board.IsStarved) return;
                    _cursor = due.Destination;
                    continue;
                }

                _cursor = due.Destination;
                Begin(due.Destination, state);
            }

            if (page.Count == PageSize) continue;
            _cursor = null;
            if (hasWrapped) return;
            hasWrapped = true;
        }
    }

    private void Begin(string destination, DestinationState state)
    {
        var turn = Task.Run(() => TurnAsync(destination, state));
        lock (_lock) _turns.Add(turn);
        turn.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Forget(Task turn)
    {
        lock (_lock) _turns.Remove(turn);
    }

    private Task[] Turns()
    {
        lock (_lock) return [.. _turns];
    }

    private async Task TurnAsync(string destination, DestinationState state)
    {
        try
        {
            await using var turn = new DestinationTurn(this, destination, state);
            await turn.RunAsync(_aborting.Token);
        }
        catch (OperationCanceledException) when (_aborting.IsCancellationRequested)
        {
            // What was claimed lapses at the next start.
        }
        catch (StoreException failure)
        {
            DeliveryLog.QueueStoreFailed(Log, failure.Message);
            Board.Unreachable(state, ScheduleOf(RouteTable.Direct.FindByDestination(destination)), Options.LookEvery);
        }
        catch (Exception failure)
        {
            DeliveryLog.QueueBrokeDown(Log, failure);
            Board.Unreachable(state, ScheduleOf(RouteTable.Direct.FindByDestination(destination)), Options.LookEvery);
        }
        finally
        {
            if (Board.End(state)) Signal();
        }
    }

    // What became due while we looked was perhaps not seen: it counts from when the look began.
    private async ValueTask<TimeSpan> FindWaitAsync(DateTimeOffset lookedAt)
    {
        var due = await Surroundings.Store.FindNextDueAsync(lookedAt, _stopping.Token);
        var unblocked = Board.NextUnblocked(lookedAt);
        var now = Surroundings.Time.GetUtcNow();
        var wait = due is { } dueAt ? Shorter(Options.LookEvery, dueAt - now) : Options.LookEvery;
        return unblocked is { } until ? Shorter(wait, until - now) : wait;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => other < TimeSpan.Zero ? TimeSpan.Zero : other < one ? other : one;

    // A look costs more the more destinations there are: between two of them there is a rest that goes with it, whatever comes in. It is for the machine's
    // sake, and so by the machine's clock.
    private async ValueTask RestAfterAsync(TimeSpan look)
    {
        if (look > TimeSpan.FromMilliseconds(1)) await Task.Delay(Shorter(look * RestPerLook, LongestRest), TimeProvider.System, _stopping.Token);
    }

    private async ValueTask WaitAsync(TimeSpan wait)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var delay = Task.Delay(wait, Surroundings.Time, timer.Token);
        await Task.WhenAny(_signals.Reader.WaitToReadAsync(timer.Token).AsTask(), delay);
        _signals.Reader.TryRead(out _);
        await timer.CancelAsync();
        _stopping.Token.ThrowIfCancellationRequested();
    }

    private async ValueTask<bool> RestAsync(TimeSpan rest)
    {
        try
        {
            await Task.Delay(rest, Surroundings.Time, _stopping.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
