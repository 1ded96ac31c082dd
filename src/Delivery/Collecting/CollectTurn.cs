using Merpati.Storage.Collecting;

namespace Merpati.Delivery.Collecting;

/// <summary>When a source has its turn, and whether it has it now. Its members but <see cref="End"/> are for the service's loop alone.</summary>
internal sealed class CollectTurn : IDisposable
{
    private const int MaxDoublings = 20;

    private readonly Func<TimeSpan, TimeSpan> _vary;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _cancel;
    private DateTimeOffset? _endedAt;
    private DateTimeOffset? _dueSince; // before the first run, or since its settings were changed
    private int _failures;
    private bool _isRunning;
    private (TimeSpan Interval, TimeSpan Varied)? _wait; // as it was drawn after the last run

    /// <summary>The turn of a source; of one that <paramref name="isNew"/> it comes at once, else when it would have come if nothing had stopped in between.</summary>
    public CollectTurn(CollectSource source, bool isNew, Func<TimeSpan, TimeSpan> vary)
    {
        Source = source;
        _vary = vary;
        if (isNew) return;
        _endedAt = source.LastRun?.At;
        _failures = source.LastRun?.Failure is null ? 0 : 1;
    }

    public CollectSource Source { get; private set; }

    public DateTimeOffset DueAt { get; private set; }

    public Task? Run { get; set; }

    public bool IsRunning
    {
        get
        {
            lock (_gate) return _isRunning;
        }
    }

    /// <summary>Takes the source as it is set now and says when it is due: at once the first time, else its interval after its last run, twice as long for each failure in a row.</summary>
    public void Schedule(CollectSource source, TimeSpan longest, DateTimeOffset now)
    {
        lock (_gate)
        {
            var isChanged = Differ(source.Settings, Source.Settings);
            Source = source;
            if (isChanged)
            {
                _failures = 0; // the password that was wrong is right now, perhaps
                _dueSince = now;
            }

            if (_endedAt is null) _dueSince ??= now;
            if (_dueSince is { } since)
            {
                DueAt = since;
                return;
            }

            var interval = source.Settings.Interval!.Value;
            if (longest < interval) longest = interval;
            var wait = interval;
            for (var failure = 0; failure < Math.Min(_failures, MaxDoublings) && wait < longest; failure++) wait *= 2;
            if (wait > longest) wait = longest;
            if (_wait?.Interval != wait) _wait = (wait, _vary(wait));
            DueAt = _endedAt!.Value + _wait.Value.Varied;
        }
    }

    public CancellationToken Begin(CancellationToken aborting)
    {
        lock (_gate)
        {
            _cancel?.Dispose();
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(aborting);
            _isRunning = true;
            _dueSince = null;
            return _cancel.Token;
        }
    }

    public void End(bool failed, DateTimeOffset at)
    {
        lock (_gate)
        {
            _failures = failed ? _failures + 1 : 0;
            _endedAt = at;
            _wait = null;
            _isRunning = false;
        }
    }

    public void Cancel() => _cancel?.Cancel();

    public void Dispose() => _cancel?.Dispose();

    private static bool Differ(NewCollectSource one, NewCollectSource other) =>
        one.SealedPassword != other.SealedPassword || one.Interval != other.Interval || one.After != other.After || one.Tls != other.Tls;
}
