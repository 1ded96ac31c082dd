using Merpati.Storage;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Composition;

/// <summary>
/// Removes from the inboxes what has stayed longer than it may, every hour. When the clock has been set forward by more than a day while the server runs,
/// it removes nothing until the server is started anew: a wrong clock must not empty the maildrops.
/// </summary>
internal sealed partial class ExpirySweep : IAsyncDisposable
{
    public static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private static readonly TimeSpan MaxJump = TimeSpan.FromDays(1);

    private readonly Func<Retention, DateTimeOffset, CancellationToken, ValueTask<int>> _expire;
    private readonly Retention _byDefault;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly DateTimeOffset _startedAt;
    private readonly long _startedTimestamp;
    private readonly ITimer _timer;
    private int _running;
    private bool _toldOfJump;
    private bool _disposed;

    /// <summary>
    /// Starts it over <paramref name="expire"/>, <see cref="IMessageStore.ExpireAsync"/>; <paramref name="byDefault"/> holds where neither the account nor
    /// its domain says anything.
    /// </summary>
    public ExpirySweep(Func<Retention, DateTimeOffset, CancellationToken, ValueTask<int>> expire, Retention byDefault, TimeProvider time, ILogger logger)
    {
        _expire = expire;
        _byDefault = byDefault;
        _time = time;
        _logger = logger;
        _startedAt = time.GetUtcNow();
        _startedTimestamp = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Begin(), null, FirstAfter, Interval);
    }

    /// <summary>The sweep that was begun last; never fails.</summary>
    public Task Last { get; private set; } = Task.CompletedTask;

    /// <summary>Begins no more sweeps and waits for the step that one may be in.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _timer.DisposeAsync();
        await _stop.CancelAsync();
        await Last;
        _stop.Dispose();
    }

    // A sweep that takes longer than an hour is not joined by another.
    private void Begin()
    {
        if (Interlocked.Exchange(ref _running, 1) == 0) Last = SweepAsync();
    }

    private async Task SweepAsync()
    {
        try
        {
            if (HasClockJumped()) return;
            var removed = await _expire(_byDefault, _time.GetUtcNow(), _stop.Token);
            if (removed > 0) Removed(_logger, removed);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The next start goes on.
        }
        catch (StoreException failure)
        {
            Failed(_logger, failure.Message);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private bool HasClockJumped()
    {
        var jump = _time.GetUtcNow() - _startedAt - _time.GetElapsedTime(_startedTimestamp);
        var hasJumped = jump > MaxJump;
        if (hasJumped && !_toldOfJump) ClockJumped(_logger, (int)jump.TotalDays);
        _toldOfJump = hasJumped;
        return hasJumped;
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "removed {Messages} messages that had stayed as long as they may")]
    private static partial void Removed(ILogger logger, int messages);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "could not remove messages that have stayed as long as they may, trying again in an hour: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "the clock was set forward by {Days} days: nothing expires until the server is started anew")]
    private static partial void ClockJumped(ILogger logger, int days);
}
