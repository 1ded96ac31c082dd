using Merpati.Delivery.Bounces;
using Merpati.Delivery.Intake;
using Merpati.Delivery.Queue;
using Merpati.Delivery.Routing;
using Merpati.Mail.Intake;
using Merpati.Storage.Accounts;
using Merpati.Storage.Queue;
using Merpati.Transcripts;

namespace Merpati.Delivery.Tests;

/// <summary>A real store with a queue over it, a clock that the test moves, and hosts that do what it says.</summary>
internal sealed class QueueFixture : IAsyncDisposable
{
    private readonly StoreFixture _store;
    private QueueRunner? _runner;

    private QueueFixture(StoreFixture store, FakeTime time)
    {
        _store = store;
        Time = time;
    }

    public StoreFixture Store => _store;

    public FakeTime Time { get; }

    public FakeHosts Hosts { get; } = new();

    public RouteTable Routes { get; set; } = RouteTable.Direct;

    public SrsRewriter? Srs { get; set; }

    public QueueOptions Options { get; set; } = new() { Retry = new RetryOptions { Jitter = 0 } };

    public QueueRunner Runner => _runner ??= new QueueRunner(new QueueSurroundings(Queue, Hosts, Hosts, Notices(), Store.Log) { Routes = Routes, Time = Time }, Options);

    public IQueueStore? Hooked { get; set; }

    public IQueueStore Queue => Hooked ?? _store.Store.Queue;

    public static async Task<QueueFixture> CreateAsync(params string[] accounts)
    {
        var time = new FakeTime();
        return new QueueFixture(await StoreFixture.CreateAsync(time, accounts), time);
    }

    public MailDirectory Directory() => new(
        _store.Store.Accounts, _store.Store.Addresses, new DefaultDomain(_store.Store.Accounts, null), _store.Terminals,
        new RoutingOptions { Relay = new RelayOptions { IsEnabled = true, Srs = Srs } });

    public NoticeWriter Notices() => new(Directory(), Routes, "mx.example.org", Time, Store.Log);

    public StoreIntake Intake() => new(
        new IntakeSurroundings(_store.Store.Messages, Directory(), _store.Terminals, Time, Store.Log) { Routes = Routes, QueueGrew = () => _runner?.Signal(), Notices = Notices() },
        new IntakeOptions { HostName = "mx.example.org", SpoolDirectory = Store.Spool, MaxHops = 10 });

    public Sending Sending(params string[] recipients) => new(Store, recipients) { Directory = Directory(), Intake = Intake(), IsTrusted = true };

    public async Task SendAsync(params string[] recipients) => Assert.Equal(IntakeVerdict.Accepted, await Sending(recipients).SendAsync());

    public async Task<IReadOnlyList<QueueEntry>> ListAsync() => await _store.Store.Queue.ListAsync(new QueueFilter(), 0, 100_000, CancellationToken.None);

    /// <summary>Has the queue do all that is due now, until nothing of it is due or being worked at.</summary>
    public async Task SettleAsync()
    {
        Runner.Start();
        Runner.Signal();
        await UntilAsync(async () =>
        {
            var now = Time.GetUtcNow();
            return !(await ListAsync()).Any(entry => entry.State == QueueState.Claimed || (entry.State == QueueState.Waiting && entry.DueAt <= now));
        });
    }

    /// <summary>Waits until something is true; each look is a question to the store or a turn given up, never a sleep.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Task.Yield();
        while (!await isTrue())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Moves the clock, and has the queue do what is due then.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        Time.Advance(span);
        await SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_runner is not null) await _runner.DisposeAsync();
        await _store.DisposeAsync();
    }
}
