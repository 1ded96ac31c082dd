using System.Text;
using Merpati.Delivery.Collecting;
using Merpati.Storage;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;

namespace Merpati.Delivery.Tests;

/// <summary>Mail of another server comes once, whole, and is removed there only when it is durable here.</summary>
public sealed class CollectTests
{
    private const string One = "Subject: 1\r\n\r\none\r\n";
    private const string Two = "Subject: 2\r\n\r\ntwo\r\n";
    private const string Three = "Subject: 3\r\n\r\nthree\r\n";

    [Fact]
    public async Task TakesEachMessageOnceAndLeavesItThere()
    {
        await using var fixture = await FilledAsync();
        var first = await fixture.RunAsync();
        Assert.Equal((3, 0, 0, true), (first.Collected, first.Known, first.Removed, first.IsComplete));
        Assert.Equal(One.Length + Two.Length + Three.Length, first.Octets);
        Assert.Equal([One, Two, Three], await fixture.ReadAsync());
        fixture.Server.Messages.Add(new ScriptedMessage("u4", "Subject: 4\r\n\r\n\r\n"));
        var second = await fixture.RunAsync();
        Assert.Equal((1, 3, 0), (second.Collected, second.Known, second.Removed));
        Assert.Equal(["u1", "u2", "u3", "u4"], fixture.Server.Retrieved);
        Assert.Equal(4, fixture.Server.Messages.Count);
        Assert.Equal("secret", Encoding.UTF8.GetString(fixture.Server.LastLogin!.Password.Span));
    }

    [Fact]
    public async Task RemovesThereWhatItHasTaken()
    {
        await using var fixture = await FilledAsync();
        var report = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal((3, 3, true), (report.Collected, report.Removed, report.IsComplete));
        Assert.Empty(fixture.Server.Messages);
        Assert.Equal([One, Two, Three], await fixture.ReadAsync());
        Assert.Empty(await fixture.NotedAsync());
    }

    [Fact]
    public async Task RemovesLaterWhatWasKeptAtFirst()
    {
        await using var fixture = await FilledAsync();
        await fixture.RunAsync();
        var report = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal((0, 3), (report.Collected, report.Removed));
        Assert.Equal(3, fixture.Server.Retrieved.Count);
        Assert.Empty(fixture.Server.Messages);
    }

    // RFC 1939 §7: once the message is gone, its unique-id may be given to another.
    [Fact]
    public async Task TakesAnotherMessageThatGotTheUniqueIdOfOneThatIsGone()
    {
        await using var fixture = await FilledAsync();
        await fixture.RunAsync(CollectAfter.Delete);
        fixture.Server.Messages.Add(new ScriptedMessage("u1", Two));
        Assert.Equal(1, (await fixture.RunAsync(CollectAfter.Delete)).Collected);

        fixture.Server.Messages.Add(new ScriptedMessage("u1", Three));
        await fixture.RunAsync();
        fixture.Server.Messages.Clear();
        await fixture.RunAsync();
        Assert.Empty(await fixture.NotedAsync());
        fixture.Server.Messages.Add(new ScriptedMessage("u1", One));
        Assert.Equal(1, (await fixture.RunAsync()).Collected);
        Assert.Equal([One, Two, Three, Two, Three, One], await fixture.ReadAsync());
    }

    [Fact]
    public async Task TakesNothingTwiceWhenTheServerNumbersAnew()
    {
        await using var fixture = await FilledAsync();
        fixture.Server.CutIn = 3;
        Assert.NotNull((await fixture.RunAsync()).Failure);
        fixture.Server.Messages.Reverse();
        fixture.Server.Messages.Insert(0, new ScriptedMessage("u0", "\r\nzero\r\n"));
        Assert.Equal((2, 2), (await fixture.RunAsync(CollectAfter.Delete)) is var report ? (report.Collected, report.Known) : default);
        Assert.Equal([One, Two, "\r\nzero\r\n", Three], await fixture.ReadAsync());
        Assert.Empty(fixture.Server.Messages);
    }

    [Fact]
    public async Task StoresNothingOfAMessageThatIsCutOff()
    {
        await using var fixture = await FilledAsync();
        fixture.Server.CutIn = 2;
        var report = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal((1, 0, "old.example.net: the connection was lost"), (report.Collected, report.Removed, report.Failure));
        Assert.Equal([One], await fixture.ReadAsync());
        Assert.Equal(3, fixture.Server.Messages.Count);
        Assert.Equal((2, 1, 3), (await fixture.RunAsync(CollectAfter.Delete)) is var next ? (next.Collected, next.Known, next.Removed) : default);
        Assert.Equal([One, Two, Three], await fixture.ReadAsync());
    }

    [Fact]
    public async Task TakesOneOfTwoEqualMessagesWithTheSameUniqueIdAndBothOfDifferentOnes()
    {
        await using var fixture = await CollectFixture.CreateAsync();
        fixture.Server.Messages = [new("x", One), new("x", One), new("y", Two), new("y", Three)];
        var report = await fixture.RunAsync();
        Assert.Equal((3, 1, 4), (report.Collected, report.Known, report.WithoutUniqueId));
        Assert.Equal([One, Two, Three], await fixture.ReadAsync());
        Assert.Equal(0, (await fixture.RunAsync()).Collected);
        Assert.Equal(4, (await fixture.RunAsync(CollectAfter.Delete)).Removed);
        Assert.Empty(await fixture.NotedAsync());
        Assert.Empty(fixture.Server.Messages);
    }

    [Fact]
    public async Task GoesByTheTextWhereThereAreNoUniqueIds()
    {
        await using var fixture = await CollectFixture.CreateAsync();
        fixture.Server.Messages = [new(null, One), new("not one \u00ff", Two), new(new string('x', 71), Three)];
        fixture.Server.AtQuit = (true, false);
        Assert.Equal((3, 0), (await fixture.RunAsync(CollectAfter.Delete)) is var report ? (report.Collected, report.Removed) : default);
        Assert.Equal((0, 3), (await fixture.RunAsync()) is var again ? (again.Collected, again.Known) : default);
        fixture.Server.Messages.RemoveAt(0);
        await fixture.RunAsync();
        Assert.Equal(2, (await fixture.NotedAsync()).Count);
        Assert.Equal((0, 2), (await fixture.RunAsync(CollectAfter.Delete)) is var last ? (last.Collected, last.Removed) : default);
        Assert.Equal([One, Two, Three], await fixture.ReadAsync());
        Assert.Empty(fixture.Server.Messages);
    }

    [Fact]
    public async Task LeavesWhatIsTooBigOrNotHandedOutAndTakesTheRest()
    {
        await using var fixture = await CollectFixture.CreateAsync();
        fixture.MaxMessageBytes = 1_000;
        fixture.Server.Messages = [new("u1", One), new("u2", new byte[1_001]), new("u3", new byte[1_001]) { Claimed = 10 }, new("u4", Two) { Refusal = "-ERR no" }, new("u5", Three)];
        var report = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal((2, 2, 3, null), (report.Collected, report.Removed, report.Left, report.Failure));
        Assert.False(report.IsComplete);
        Assert.Equal("message 2 (1001 octets) is larger than a message here may be (1000 octets)", report.Reasons[0]);
        Assert.Contains(report.Reasons, reason => reason == "message 4 (19 octets) is not handed out: -ERR no");
        Assert.Equal([One, Three], await fixture.ReadAsync());
        Assert.Equal(["u1", "u3", "u5"], fixture.Server.Retrieved);
        Assert.Equal(["u2", "u3", "u4"], fixture.Server.Messages.Select(message => message.UniqueId));
        Assert.StartsWith("3 left there: message 2 ", (await fixture.SourceAsync()).LastRun!.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeavesWhatTheQuotaHasNoRoomFor()
    {
        await using var fixture = await FilledAsync();
        await fixture.SetAsync(quota: 450);
        fixture.Server.Messages.Insert(0, new ScriptedMessage("u0", new byte[500]));
        fixture.Server.Messages[2] = fixture.Server.Messages[2] with { Claimed = 1 };
        var report = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal((2, 2, 2, null), (report.Collected, report.Removed, report.Left, report.Failure));
        Assert.All(report.Reasons, reason => Assert.EndsWith("does not fit: the account here is over its quota", reason, StringComparison.Ordinal));
        Assert.Equal([One, Two], await fixture.ReadAsync());
        Assert.Equal(["u0", "u3"], fixture.Server.Messages.Select(message => message.UniqueId));
        await fixture.SetAsync(quota: null);
        Assert.Equal(2, (await fixture.RunAsync(CollectAfter.Delete)).Collected);
    }

    [Fact]
    public async Task ReportsWhatTheServerDoesNotRemove()
    {
        await using var fixture = await FilledAsync();
        fixture.Server.Undeletable.Add(2);
        var report = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal((3, 2, "the server does not remove 1 message(s) that were collected"), (report.Collected, report.Removed, report.Failure));
        Assert.Equal(["u2"], await fixture.NotedAsync());
        fixture.Server.Undeletable.Clear();
        fixture.Server.QuitFault = new RemoteFault(RemoteFailure.Refused, "old.example.net: -ERR some deleted messages not removed");
        var next = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal((0, 0), (next.Collected, next.Removed));
        Assert.Contains("-ERR some deleted messages not removed", next.Failure, StringComparison.Ordinal);
        Assert.Equal(["u2"], await fixture.NotedAsync());
    }

    [Fact]
    public async Task SaysWhatIsWrongThereAndHere()
    {
        await using var fixture = await FilledAsync();
        var source = await fixture.SourceAsync();
        fixture.Server.OpenFault = new RemoteFault(RemoteFailure.LoginRefused, "old.example.net refuses the login");
        Assert.Equal("old.example.net refuses the login", (await fixture.RunAsync()).Failure);
        fixture.Server.OpenFault = null;
        Assert.Equal("old.example.net refuses the login", (await fixture.SourceAsync()).LastRun!.Failure);

        await fixture.Store.DisableAsync(CollectFixture.Account);
        Assert.Equal("the account alice@example.org is shut and takes no mail", (await fixture.RunAsync()).Failure);
        await fixture.Store.RemoveAsync(CollectFixture.Account);
        var gone = await fixture.Collector().RunAsync(new CollectJob(source, default), CancellationToken.None);
        Assert.Equal("there is no account alice@example.org here", gone.Failure);
        Assert.Equal(1, fixture.Server.Sessions);
    }

    [Fact]
    public async Task StopsWhenTheDiskIsFullAndGoesOnLater()
    {
        await using var fixture = await FilledAsync();
        fixture.Messages = HookedMessages.Over(fixture.Store.Store.Messages, before: () => throw new StoreException(StoreFailure.NoSpace, "full"));
        var report = await fixture.RunAsync(CollectAfter.Delete);
        Assert.Equal("the disk is full here; nothing more was taken", report.Failure);
        Assert.Equal(3 - report.Collected, fixture.Server.Messages.Count);
        Assert.Equal(report.Collected, report.Removed);
        fixture.Messages = null;
        Assert.True((await fixture.RunAsync(CollectAfter.Delete)).IsComplete);
        Assert.Equal([One, Two, Three], (await fixture.ReadAsync()).Order(StringComparer.Ordinal));
        Assert.Empty(fixture.Server.Messages);
    }

    // The store answers the same for a message that was collected and for a source that is gone: then nothing may be removed there.
    [Fact]
    public async Task RemovesNothingThereWhenTheSourceWasRemovedMeanwhile()
    {
        await using var fixture = await FilledAsync();
        var source = await fixture.SourceAsync(CollectAfter.Delete);
        fixture.Server.BeforeEnd = async number =>
        {
            if (number == 1) await fixture.Sources.RemoveAsync(source.Settings.Account, source.Settings.Server, CancellationToken.None);
        };
        var report = await fixture.Collector().RunAsync(new CollectJob(source, default), CancellationToken.None);
        Assert.Equal((0, 0, "the source was removed meanwhile"), (report.Collected, report.Removed, report.Failure));
        Assert.Equal(3, fixture.Server.Messages.Count);
        Assert.Empty(await fixture.ReadAsync());
    }

    [Fact]
    public async Task OneRunAtATimeGoesOverASource()
    {
        await using var fixture = await FilledAsync();
        var source = await fixture.SourceAsync();
        CollectReport? other = null;
        fixture.Server.BeforeEnd = async _ => other ??= await fixture.Collector().RunAsync(new CollectJob(source, default), CancellationToken.None);
        Assert.Equal(3, (await fixture.RunAsync()).Collected);
        Assert.Equal((true, "another run over this maildrop is under way"), (other!.IsBusy, other.Failure));
        Assert.Equal(1, fixture.Server.Sessions);
        Assert.Equal(3, (await fixture.RunAsync()).Known);
    }

    // As two would that do not know of each other.
    [Fact]
    public async Task TwoRunsAtOnceTakeEachMessageOnce()
    {
        await using var fixture = await CollectFixture.CreateAsync();
        for (var i = 0; i < 300; i++) fixture.Server.Messages.Add(new ScriptedMessage($"u{i}", CollectFixture.Text($"{i}")));
        var source = await fixture.SourceAsync();
        var runs = await Task.WhenAll(new[] { "one", "two" }.Select(locks => Task.Run(async () => await fixture.Collector(locks).RunAsync(new CollectJob(source, default), CancellationToken.None))));
        Assert.Equal(300, runs.Sum(run => run.Collected));
        Assert.Equal(300, runs.Sum(run => run.Known));
        Assert.Equal(300, (await fixture.ReadAsync()).Distinct().Count());
        Assert.Equal(300, (await fixture.ReadAsync()).Count);
    }

    [Fact]
    public async Task TakesTenThousandMessagesInTheirOrderWithProgress()
    {
        await using var fixture = await CollectFixture.CreateAsync();
        for (var i = 0; i < 10_000; i++) fixture.Server.Messages.Add(new ScriptedMessage($"u{i}", CollectFixture.Text($"{i}")));
        var last = default(CollectProgress);
        using var enough = new CancellationTokenSource();
        var interrupted = await fixture.RunAsync(CollectAfter.Delete, new Watch(progress =>
        {
            last = progress;
            if (progress.Messages == 4_000) enough.Cancel();
        }), enough.Token);
        Assert.Equal(10_000, last.AllMessages);
        Assert.InRange(interrupted.Collected, 4_000, 4_100);
        Assert.Equal((interrupted.Collected, null), (interrupted.Removed, interrupted.Failure));
        Assert.Equal(10_000 - interrupted.Collected, (await fixture.RunAsync(CollectAfter.Delete)).Collected);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"Subject: {i}\r\n\r\nHello\r\n"), await fixture.ReadAsync());
        Assert.Empty(fixture.Server.Messages);
    }

    [Fact]
    public async Task KeepsAnyOctetsAndWhatIsLargerThanMemory()
    {
        await using var fixture = await CollectFixture.CreateAsync();
        var large = new byte[900_000];
        System.Security.Cryptography.RandomNumberGenerator.Fill(large);
        fixture.Server.Messages = [new("u1", large), new("u2", "no header at all"), new("u3", "")];
        await fixture.RunAsync();
        Assert.Equal([Encoding.Latin1.GetString(large), "no header at all", ""], await fixture.ReadAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Store.Spool));
    }

    [Fact]
    public async Task KeepsTheDateOfTheOldServerUnlessMailIsKeptForATimeOnly()
    {
        await using var fixture = await CollectFixture.CreateAsync();
        const string Dated = "Received: from a by b\r\n\tfor <c@d>; Tue, 3 Mar 2020\r\n\t10:20:30 +0100 (CET)\r\nReceived: x; 1 Jan 1999 00:00:00 +0000\r\n\r\n";
        fixture.Server.Messages = [new("u1", Dated), new("u2", "Received: x; 1 Jan 2200 00:00:00 +0000\r\n\r\n"), new("u3", One)];
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await fixture.RunAsync();
        await fixture.SetAsync(quota: null, new Retention(30));
        fixture.Server.Messages.Add(new ScriptedMessage("u4", Dated));
        await fixture.RunAsync();
        var dates = await fixture.ReadDatesAsync();
        Assert.Equal(new DateTimeOffset(2020, 3, 3, 9, 20, 30, TimeSpan.Zero), dates[0]);
        Assert.All(dates.Skip(1), date => Assert.InRange(date, before, TimeProvider.System.GetUtcNow()));
    }

    private static async Task<CollectFixture> FilledAsync()
    {
        var fixture = await CollectFixture.CreateAsync();
        fixture.Server.Messages = [new("u1", One), new("u2", Two), new("u3", Three)];
        return fixture;
    }

    private sealed class Watch(Action<CollectProgress> told) : IProgress<CollectProgress>
    {
        public void Report(CollectProgress value) => told(value);
    }
}
