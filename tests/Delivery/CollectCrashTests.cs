using Merpati.Storage.Collecting;

namespace Merpati.Delivery.Tests;

/// <summary>A collector that dies at any moment, run again: every message is here once, and none is gone there that is not here.</summary>
public sealed class CollectCrashTests
{
    private static readonly string[] Texts = ["Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n", "Subject: 3\r\n\r\nthree\r\n"];

    [Theory]
    [InlineData(CollectAfter.Keep, 1)]
    [InlineData(CollectAfter.Keep, 3)]
    [InlineData(CollectAfter.Delete, 1)]
    [InlineData(CollectAfter.Delete, 2)]
    [InlineData(CollectAfter.Delete, 3)]
    public async Task AfterRetrAndBeforeTheMessageIsAccepted(CollectAfter after, int at)
    {
        await using var fixture = await FilledAsync();
        await fixture.DieAsync(after, (death, server) =>
        {
            server.BeforeEnd = number => number == at ? death.CancelAsync() : Task.CompletedTask;
            return Task.CompletedTask;
        });
        Assert.Equal(Texts[..(at - 1)], await fixture.ReadAsync());
        await AssertRecoversAsync(fixture, after, known: at - 1);
    }

    [Theory]
    [InlineData(CollectAfter.Keep)]
    [InlineData(CollectAfter.Delete)]
    public async Task AfterTheCommitAndBeforeItIsKnown(CollectAfter after)
    {
        await using var fixture = await FilledAsync();
        fixture.Messages = HookedMessages.Over(fixture.Store.Store.Messages, after: () => throw new OperationCanceledException("killed"));
        var job = new Collecting.CollectJob(await fixture.SourceAsync(after), default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await fixture.Collector().RunAsync(job, CancellationToken.None));
        fixture.Messages = null;
        Assert.Equal(3, fixture.Server.Messages.Count);
        var here = (await fixture.ReadAsync()).Count;
        Assert.True(here > 0);
        await AssertRecoversAsync(fixture, after, known: here);
    }

    [Fact]
    public async Task BeforeDele()
    {
        await using var fixture = await FilledAsync();
        fixture.Server.CutsAtDelete = true;
        var report = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal((3, 0), (report.Collected, report.Removed));
        Assert.StartsWith("whether the server has removed what was collected is not known: ", report.Failure, StringComparison.Ordinal);
        await AssertRecoversAsync(fixture, CollectAfter.Delete, known: 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AtQuit(bool hasRemoved)
    {
        await using var fixture = await FilledAsync();
        fixture.Server.AtQuit = (true, hasRemoved);
        var report = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal((3, 0), (report.Collected, report.Removed));
        Assert.Equal(3, (await fixture.NotedAsync()).Count);
        await AssertRecoversAsync(fixture, CollectAfter.Delete, known: hasRemoved ? 0 : 3);
    }

    private static async Task<CollectFixture> FilledAsync()
    {
        var fixture = await CollectFixture.CreateAsync();
        for (var i = 0; i < Texts.Length; i++) fixture.Server.Messages.Add(new ScriptedMessage($"u{i}", Texts[i]));
        return fixture;
    }

    private static async Task AssertRecoversAsync(CollectFixture fixture, CollectAfter after, int known)
    {
        var report = await fixture.RunAsync(after);
        Assert.Equal((known, true), (report.Known, report.IsComplete));
        Assert.Equal(Texts, await fixture.ReadAsync());
        Assert.Equal(after == CollectAfter.Delete ? 0 : 3, fixture.Server.Messages.Count);
        Assert.Equal(after == CollectAfter.Delete ? 0 : 3, (await fixture.NotedAsync()).Count);
        Assert.Equal(0, (await fixture.RunAsync(after)).Collected);
    }
}
