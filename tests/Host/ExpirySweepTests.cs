using Merpati.Host.Composition;
using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite;
using Merpati.Transcripts;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Tests;

/// <summary>What has stayed too long is removed every hour, unless the clock cannot be believed.</summary>
public sealed class ExpirySweepTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly LinesLogger _log = new();
    private readonly MovableClock _clock = new();
    private SqliteMailStore? _store;
    private long _inbox;

    private SqliteMailStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _store = await OpenAsync();
        Assert.True(EmailAddress.TryParse("alice@example.org", out var alice));
        await Store.Accounts.AddDomainAsync(alice.Domain, default);
        await Store.Accounts.AddAccountAsync(new NewAccount(alice, "", null), default);
        _inbox = (await Store.Accounts.FindAsync(alice, default)).Account!.InboxId;
        foreach (var age in new[] { 40.0, 29.99, 0 }) await DeliverAsync(TimeSpan.FromDays(age));
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task SweepsSoonAfterTheStartAndThenEveryHour()
    {
        await using var sweep = Start(new Retention(30));
        _clock.Pass(ExpirySweep.FirstAfter - TimeSpan.FromSeconds(1));
        await sweep.Last;
        Assert.Equal(3, await CountAsync());
        await PassAsync(sweep, TimeSpan.FromSeconds(1));
        Assert.Equal(2, await CountAsync());
        Assert.Equal("Information: removed 1 messages that had stayed as long as they may", Assert.Single(_log.Lines));
        await PassAsync(sweep, TimeSpan.FromHours(1));
        Assert.Equal(1, await CountAsync());
        await PassAsync(sweep, TimeSpan.FromHours(1));
        Assert.Equal(2, _log.Lines.Count); // nothing was removed: nothing is said
    }

    [Fact]
    public async Task RemovesNothingByDefaultOfARetentionWithoutEnd()
    {
        await using var sweep = Start(Retention.Forever);
        await PassAsync(sweep, TimeSpan.FromHours(5));
        Assert.Equal(3, await CountAsync());
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task TriesAgainAfterAFailure()
    {
        var failures = new Queue<StoreException?>([new StoreException(StoreFailure.Busy, "the store is held by another process"), null]);
        await using var sweep = new ExpirySweep((_, _, _) => failures.Dequeue() is { } failure ? throw failure : new ValueTask<int>(7), new Retention(30), _clock, _log);
        await PassAsync(sweep, ExpirySweep.FirstAfter);
        Assert.Equal("Warning: could not remove messages that have stayed as long as they may, trying again in an hour: the store is held by another process", Assert.Single(_log.Lines));
        await PassAsync(sweep, ExpirySweep.Interval);
        Assert.Equal("Information: removed 7 messages that had stayed as long as they may", _log.Lines[^1]);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(0.9, 1)]
    [InlineData(-2, 3)]
    public async Task RemovesNothingWhenTheClockWasSetForwardByMoreThanADay(double days, int left)
    {
        await using (var sweep = Start(new Retention(30)))
        {
            _clock.Set(TimeSpan.FromDays(days));
            await PassAsync(sweep, TimeSpan.FromHours(3));
            Assert.Equal(days < 0 ? 2 : left, await CountAsync());
            if (days < 1) return;
            Assert.Equal("Warning: the clock was set forward by 2 days: nothing expires until the server is started anew", Assert.Single(_log.Lines));
        }

        await using var restarted = Start(new Retention(30));
        await PassAsync(restarted, ExpirySweep.FirstAfter);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task EndsWithoutWaitingForASweepThatStands()
    {
        var calls = 0;
        var never = new TaskCompletionSource<int>();
        var sweep = new ExpirySweep((_, _, cancellation) =>
        {
            calls++;
            return new ValueTask<int>(never.Task.WaitAsync(cancellation));
        }, new Retention(30), _clock, _log);
        _clock.Pass(ExpirySweep.FirstAfter + ExpirySweep.Interval);
        Assert.Equal(1, calls); // the second hour finds the first sweep still going
        await sweep.DisposeAsync();
        _clock.Pass(ExpirySweep.Interval);
        Assert.Equal(1, calls);
        Assert.Empty(_log.Lines);
        await sweep.DisposeAsync();
    }

    private ExpirySweep Start(Retention byDefault) => new(Store.Messages.ExpireAsync, byDefault, _clock, _log);

    private ValueTask<SqliteMailStore> OpenAsync() =>
        SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = _folder["data"], Exclusive = true }, CancellationToken.None);

    private async Task PassAsync(ExpirySweep sweep, TimeSpan span)
    {
        for (; span > TimeSpan.Zero; span -= ExpirySweep.Interval)
        {
            _clock.Pass(span < ExpirySweep.Interval ? span : ExpirySweep.Interval);
            await sweep.Last;
        }
    }

    private async Task DeliverAsync(TimeSpan age) =>
        Assert.Equal(AcceptOutcome.Done, await Store.Messages.AcceptAsync(new Acceptance(new EmptyBody(), [new LocalDelivery(_inbox, default)], _clock.GetUtcNow() - age), default));

    private async Task<int> CountAsync() => (await Store.Messages.ReadMailboxAsync(_inbox, default))!.Uids.Length;

    private sealed class EmptyBody : IBodyContent
    {
        public long Length => 0;

        public void Read(long offset, Span<byte> destination)
        {
            // There is nothing to read.
        }
    }

    /// <summary>A clock that can be set, which does not change how much time has passed.</summary>
    private sealed class MovableClock : TimeProvider
    {
        private readonly FakeTime _inner = new();
        private TimeSpan _set;

        public override long TimestampFrequency => _inner.TimestampFrequency;

        public void Pass(TimeSpan span) => _inner.Advance(span);

        public void Set(TimeSpan by) => _set += by;

        public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow() + _set;

        public override long GetTimestamp() => _inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _inner.CreateTimer(callback, state, dueTime, period);
    }

    private sealed class LinesLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
