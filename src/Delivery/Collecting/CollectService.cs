using System.Threading.Channels;
using Merpati.Storage;
using Merpati.Storage.Collecting;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery.Collecting;

/// <summary>How often the server collects.</summary>
public sealed record CollectServiceOptions
{
    /// <summary>How often it looks for sources that were added, changed or removed.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most runs at once.</summary>
    public int MaxRuns { get; init; } = 4;

    /// <summary>The longest wait after failures; a source with a longer interval waits for that.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromHours(1);

    /// <summary>By how much of itself a wait is made shorter or longer at random, so that sources drift apart; 0 to 1.</summary>
    public double Jitter { get; init; } = 0.1;
}

/// <summary>
/// Runs every source that has an interval and a password, each in its time, some at once; one that fails is left alone longer and longer and keeps no other from
/// its turn. Sources that others add or remove are noticed without a restart. It keeps nothing of a source but when its turn comes.
/// </summary>
public sealed class CollectService : IAsyncDisposable
{
    private readonly MaildropCollector _collector;
    private readonly Func<CollectSource, byte[]?> _openPassword;
    private readonly CollectServiceOptions _options;
    private readonly ILogger _log;
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly Dictionary<long, CollectTurn> _turns = []; // of the loop alone
    private Task? _loop;
    private int _endedRuns;

    /// <summary>A service that is not started yet; <paramref name="openPassword"/> opens the password of a source, null when it cannot.</summary>
    public CollectService(MaildropCollector collector, Func<CollectSource, byte[]?> openPassword, CollectServiceOptions options)
    {
        ArgumentNullException.ThrowIfNull(collector);
        ArgumentNullException.ThrowIfNull(openPassword);
        ArgumentNullException.ThrowIfNull(options);
        _collector = collector;
        _openPassword = openPassword;
        _options = options;
        _log = collector.Surroundings.Loggers.CreateLogger("Merpati.Delivery");
    }

    private TimeProvider Time => _collector.Surroundings.Time;

    private ICollectStore Sources => _collector.Surroundings.Store.Collecting;

    /// <summary>How often it has looked.</summary>
    internal int Looks { get; private set; }

    /// <summary>How many runs have ended.</summary>
    internal int Ended => Volatile.Read(ref _endedRuns);

    /// <summary>Begins, in the background.</summary>
    public void Start() => _loop ??= Task.Run(RunAsync);

    /// <summary>
    /// Ends. No run begins; those that go on fetch nothing more and end what they have, for as long as <paramref name="drain"/> allows, then they are broken
    /// off, which costs nothing but the way.
    /// </summary>
    public async Task StopAsync(TimeSpan drain)
    {
        await _stopping.CancelAsync();
        if (_loop is not null) await _loop;
        var ended = Task.WhenAll(_turns.Values.Select(turn => turn.Run ?? Task.CompletedTask));
        try
        {
            await ended.WaitAsync(drain, Time);
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
        foreach (var turn in _turns.Values) turn.Dispose();
        _turns.Clear();
        _stopping.Dispose();
        _aborting.Dispose();
    }

    /// <summary>Has it look at once. Never blocks.</summary>
    internal void Signal() => _signals.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await LookAsync();
                Looks++;
                await WaitAsync();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException failure)
            {
                DeliveryLog.CollectStoreFailed(_log, failure.Message);
                await WaitAsync();
            }
            catch (Exception failure)
            {
                DeliveryLog.CollectBrokeDown(_log, failure);
                await WaitAsync();
            }
        }
    }

    private async ValueTask LookAsync()
    {
        var sources = (await Sources.ListAsync(account: null, _stopping.Token)).Where(source => source.Settings is { Interval: not null, SealedPassword: not null }).ToDictionary(source => source.Id);
        foreach (var (id, gone) in _turns.Where(turn => !sources.ContainsKey(turn.Key)).ToList())
        {
            gone.Cancel();
            if (gone.IsRunning) continue;
            gone.Dispose();
            _turns.Remove(id);
        }

        foreach (var (id, source) in sources)
        {
            if (!_turns.TryGetValue(id, out var turn)) _turns[id] = turn = new CollectTurn(source, isNew: Looks > 0, Vary);
            if (!turn.IsRunning) turn.Schedule(source, _options.LongestWait, Time.GetUtcNow());
        }

        // Whoever has waited longest comes first.
        var free = _options.MaxRuns - _turns.Values.Count(turn => turn.IsRunning);
        var now = Time.GetUtcNow();
        foreach (var turn in _turns.Values.Where(turn => !turn.IsRunning && sources.ContainsKey(turn.Source.Id) && turn.DueAt <= now).OrderBy(turn => turn.DueAt).Take(free).ToList()) Begin(turn);
    }

    private void Begin(CollectTurn turn)
    {
        var cancel = turn.Begin(_aborting.Token);
        turn.Run = Task.Run(() => RunAsync(turn, cancel), CancellationToken.None);
    }

    private async Task RunAsync(CollectTurn turn, CancellationToken cancellation)
    {
        var source = turn.Source;
        var failed = true;
        byte[]? password = null;
        try
        {
            password = _openPassword(source);
            if (password is null)
            {
                const string Sealed = "its password cannot be opened with this server's key; give it again with 'merpati account collect add'";
                await Sources.RecordRunAsync(source.Id, new CollectRun(Time.GetUtcNow(), 0, Sealed), cancellation);
                DeliveryLog.CollectFailed(_log, source.Settings.Account, source.Settings.Server, 0, Sealed);
                return;
            }

            var report = await _collector.RunAsync(new CollectJob(source, password) { FinishEarly = _stopping.Token }, cancellation);
            failed = report is { Failure: not null, IsBusy: false };
            if (report.IsBusy) return; // somebody collects by hand
            if (report.Summary is { } summary) DeliveryLog.CollectFailed(_log, source.Settings.Account, source.Settings.Server, report.Collected, summary);
            else if (report.Collected + report.Removed > 0) DeliveryLog.Collected(_log, source.Settings.Account, source.Settings.Server, report.Collected, report.Octets, report.Removed);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The source was removed, or the time to end is over.
        }
        catch (StoreException failure)
        {
            DeliveryLog.CollectStoreFailed(_log, failure.Message);
        }
        catch (Exception failure)
        {
            DeliveryLog.CollectBrokeDown(_log, failure);
        }
        finally
        {
            if (password is not null) Array.Clear(password);
            turn.End(failed, Time.GetUtcNow());
            Interlocked.Increment(ref _endedRuns);
            Signal();
        }
    }

    // Until the next look, the next turn, or the end of a run that another may wait for.
    private async ValueTask WaitAsync()
    {
        var now = Time.GetUtcNow();
        var wait = _options.LookEvery;
        foreach (var turn in _turns.Values)
        {
            if (!turn.IsRunning && turn.DueAt > now && turn.DueAt - now < wait) wait = turn.DueAt - now;
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        await Task.WhenAny(_signals.Reader.WaitToReadAsync(timer.Token).AsTask(), Task.Delay(wait, Time, timer.Token));
        _signals.Reader.TryRead(out _);
        await timer.CancelAsync();
    }

    private TimeSpan Vary(TimeSpan span)
    {
        const int Steps = 1_000;
        var share = System.Security.Cryptography.RandomNumberGenerator.GetInt32(-Steps, Steps + 1) / (double)Steps;
        return span * (1 + (_options.Jitter * share));
    }
}
