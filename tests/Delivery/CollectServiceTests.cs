using Merpati.Delivery.Collecting;
using Merpati.Storage.Accounts;
using Merpati.Storage.Collecting;
using Merpati.Transcripts;

namespace Merpati.Delivery.Tests;

/// <summary>The server collects from every source in its time, and no source keeps another from its turn.</summary>
public sealed class CollectServiceTests
{
    private const string First = "pop3s://alice@old.example.net:995/";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTime _time = new();

    [Fact]
    public async Task RunsASourceAtItsIntervalAndSeesItGo()
    {
        await using var fixture = await CollectFixture.CreateAsync(_time);
        await using var service = Service(fixture);
        service.Start();
        await LookAsync(service);
        fixture.Server.Messages.Add(new ScriptedMessage("u1", CollectFixture.Text("1")));
        await fixture.SourceAsync(CollectAfter.Delete, First, 5 * Minute);
        await RunsAsync(service, 1);
        Assert.Single(await fixture.ReadAsync());
        Assert.Contains("<alice@example.org> from pop3s://alice@old.example.net:995/: collected 1 message(s), 21 octets; 1 removed there", fixture.Store.Log.Lines);

        await PassAsync(service, (5 * Minute) - TimeSpan.FromSeconds(1));
        Assert.Equal(1, fixture.Server.Sessions);
        var lines = fixture.Store.Log.Lines.Count;
        _time.Advance(TimeSpan.FromSeconds(1));
        await RunsAsync(service, 2);
        Assert.Equal(lines, fixture.Store.Log.Lines.Count);

        Assert.Equal(ChangeOutcome.Done, await fixture.Sources.RemoveAsync(StoreFixture.Address(CollectFixture.Account), First, CancellationToken.None));
        await PassAsync(service, 60 * Minute);
        Assert.Equal(2, fixture.Server.Sessions);
    }

    [Fact]
    public async Task GoesOnWhereTheLastServerLeftOff()
    {
        await using var fixture = await CollectFixture.CreateAsync(_time);
        var source = await fixture.SourceAsync(CollectAfter.Keep, First, 5 * Minute);
        await fixture.Sources.RecordRunAsync(source.Id, new CollectRun(_time.GetUtcNow() - (2 * Minute), 0, null), CancellationToken.None);
        await using var service = Service(fixture);
        service.Start();
        await PassAsync(service, 2 * Minute);
        Assert.Equal(0, fixture.Server.Sessions);
        _time.Advance(Minute);
        await RunsAsync(service, 1);
    }

    [Fact]
    public async Task WaitsLongerAfterEachFailureUntilItWorksOrIsChanged()
    {
        await using var fixture = await CollectFixture.CreateAsync(_time);
        await using var service = Service(fixture);
        fixture.Server.OpenFault = new RemoteFault(RemoteFailure.LoginRefused, "old.example.net refuses the login");
        await fixture.SourceAsync(CollectAfter.Keep, First, 5 * Minute);
        service.Start();
        await RunsAsync(service, 1);
        Assert.Contains(fixture.Store.Log.Lines, line => line.EndsWith("collected 0 message(s), then: old.example.net refuses the login", StringComparison.Ordinal));
        var sessions = 1;
        foreach (var wait in new[] { 10, 20, 40, 60, 60 })
        {
            await PassAsync(service, (wait * Minute) - TimeSpan.FromSeconds(1));
            Assert.Equal(sessions, fixture.Server.Sessions);
            _time.Advance(TimeSpan.FromSeconds(1));
            await RunsAsync(service, ++sessions);
        }

        fixture.Server.OpenFault = null;
        var changed = new NewCollectSource(StoreFixture.Address(CollectFixture.Account), First) { Interval = 5 * Minute, SealedPassword = "another" };
        await fixture.Sources.PutAsync(changed, CancellationToken.None);
        await RunsAsync(service, ++sessions);
        _time.Advance(5 * Minute);
        await RunsAsync(service, ++sessions);
    }

    [Fact]
    public async Task OneThatHangsKeepsNoOtherFromItsTurnAndNoMoreRunThanMay()
    {
        await using var fixture = await CollectFixture.CreateAsync(_time);
        await using var service = Service(fixture, maxRuns: 2);
        var gates = new List<TaskCompletionSource>();
        fixture.Server.Messages.Add(new ScriptedMessage("u1", CollectFixture.Text("1")));
        fixture.Server.BeforeEnd = _ =>
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gates)
            {
                gates.Add(gate);
                if (gates.Count > 1) gate.SetResult(); // the first one hangs
            }

            return gate.Task;
        };
        for (var i = 0; i < 6; i++) await fixture.SourceAsync(CollectAfter.Keep, $"pop3s://user{i}@old.example.net:995/", 5 * Minute);
        service.Start();
        await QueueFixture.UntilAsync(async () => (await fixture.Sources.ListAsync(null, CancellationToken.None)).Count(source => source.LastRun is not null) == 5);
        Assert.Equal(2, fixture.Server.MostAtOnce);
        gates[0].SetResult();
        await QueueFixture.UntilAsync(async () => (await fixture.Sources.ListAsync(null, CancellationToken.None)).All(source => source.LastRun is not null));
        Assert.Equal(2, fixture.Server.MostAtOnce);
        Assert.Equal(6, (await fixture.ReadAsync()).Count);
    }

    [Fact]
    public async Task StopsInTheTimeItIsGivenAndLosesNothing()
    {
        await using var fixture = await CollectFixture.CreateAsync(_time);
        await using var service = Service(fixture);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource();
        for (var i = 0; i < 3; i++) fixture.Server.Messages.Add(new ScriptedMessage($"u{i}", CollectFixture.Text($"{i}")));
        fixture.Server.BeforeEnd = number =>
        {
            if (number != 2) return Task.CompletedTask;
            begun.TrySetResult();
            return never.Task;
        };
        await fixture.SourceAsync(CollectAfter.Delete, First, 5 * Minute);
        service.Start();
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var stopped = service.StopAsync(TimeSpan.FromSeconds(10));
        Assert.False(stopped.IsCompleted);
        await QueueFixture.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(stopped.IsCompleted);
        });
        await stopped;
        Assert.Single(await fixture.ReadAsync());
        Assert.Equal(3, fixture.Server.Messages.Count);
        fixture.Server.BeforeEnd = null;
        Assert.Equal((2, 1, 3), (await fixture.RunAsync(CollectAfter.Delete)) is var rest ? (rest.Collected, rest.Known, rest.Removed) : default);
    }

    [Fact]
    public async Task EndsWhatItHasWhenItIsStopped()
    {
        await using var fixture = await CollectFixture.CreateAsync(_time);
        await using var service = Service(fixture);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < 3; i++) fixture.Server.Messages.Add(new ScriptedMessage($"u{i}", CollectFixture.Text($"{i}")));
        fixture.Server.BeforeEnd = _ =>
        {
            begun.TrySetResult();
            return gate.Task;
        };
        await fixture.SourceAsync(CollectAfter.Delete, First, 5 * Minute);
        service.Start();
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var stopped = service.StopAsync(TimeSpan.FromSeconds(10));
        gate.SetResult();
        await stopped.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Single(await fixture.ReadAsync());
        Assert.Equal(2, fixture.Server.Messages.Count);
    }

    [Fact]
    public async Task BreaksOffTheRunOfASourceThatIsRemoved()
    {
        await using var fixture = await CollectFixture.CreateAsync(_time);
        await using var service = Service(fixture);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Server.Messages.Add(new ScriptedMessage("u1", CollectFixture.Text("1")));
        fixture.Server.BeforeEnd = _ =>
        {
            begun.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        await fixture.SourceAsync(CollectAfter.Delete, First, 5 * Minute);
        service.Start();
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await fixture.Sources.RemoveAsync(StoreFixture.Address(CollectFixture.Account), First, CancellationToken.None);
        service.Signal();
        await QueueFixture.UntilAsync(() => Task.FromResult(fixture.Server.OpenNow == 0));
        Assert.Empty(await fixture.ReadAsync());
        Assert.Single(fixture.Server.Messages);
    }

    [Fact]
    public async Task TellsOfAPasswordThatCannotBeOpened()
    {
        await using var fixture = await CollectFixture.CreateAsync(_time);
        await using var service = new CollectService(fixture.Collector(), _ => null, new CollectServiceOptions());
        await fixture.SourceAsync(CollectAfter.Keep, First, 5 * Minute);
        service.Start();
        await QueueFixture.UntilAsync(async () => (await fixture.Sources.ListAsync(null, CancellationToken.None))[0].LastRun is not null);
        Assert.Contains("its password cannot be opened", (await fixture.Sources.ListAsync(null, CancellationToken.None))[0].LastRun!.Failure, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Server.Sessions);
    }

    [Fact]
    public async Task LeavesAloneWhatIsCollectedByHandOnly()
    {
        await using var fixture = await CollectFixture.CreateAsync(_time);
        await using var service = Service(fixture);
        await fixture.SourceAsync();
        service.Start();
        await PassAsync(service, 60 * Minute);
        Assert.Equal(0, fixture.Server.Sessions);
    }

    private static CollectService Service(CollectFixture fixture, int maxRuns = 4) =>
        new(fixture.Collector(), _ => "secret"u8.ToArray(), new CollectServiceOptions { MaxRuns = maxRuns, Jitter = 0 });

    // A look that had begun before is not the one that counts.
    private static async Task LookAsync(CollectService service)
    {
        for (var i = 0; i < 2; i++)
        {
            var before = service.Looks;
            service.Signal();
            await QueueFixture.UntilAsync(() => Task.FromResult(service.Looks > before));
        }
    }

    private async Task PassAsync(CollectService service, TimeSpan span)
    {
        _time.Advance(span);
        await LookAsync(service);
    }

    // So many runs have ended, and the service knows when.
    private static async Task RunsAsync(CollectService service, int runs)
    {
        service.Signal();
        await QueueFixture.UntilAsync(() => Task.FromResult(service.Ended == runs));
        await LookAsync(service);
    }
}
