using System.Globalization;
using Merpati.Storage.Messages;

namespace Merpati.Storage.Contract;

public abstract class ConcurrencyContract : StoreContract
{
    private const int Acceptors = 64;
    private const int Each = 40;

    [Fact]
    public async Task LosesAndMixesNothingWithManyAcceptors()
    {
        var inboxes = new long[8];
        for (var i = 0; i < inboxes.Length; i++) inboxes[i] = await AddInboxAsync(string.Create(CultureInfo.InvariantCulture, $"user{i}@example.org"));
        await Task.WhenAll(Enumerable.Range(0, Acceptors).Select(acceptor => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var first = inboxes[(acceptor + i) % inboxes.Length];
                var second = inboxes[(acceptor + i + 1) % inboxes.Length];
                Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(Message(Named(acceptor, i), first, second), Never));
            }
        })));

        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var inbox in inboxes)
        {
            var uids = await UidsAsync(inbox);
            Assert.Equal(Enumerable.Range(1, Acceptors * Each * 2 / inboxes.Length).Select(uid => (uint)uid), uids);
            foreach (var uid in uids)
            {
                var name = Unname((await ReadAsync(inbox, uid))!);
                found[name] = found.GetValueOrDefault(name) + 1;
            }
        }

        Assert.Equal(Acceptors * Each, found.Count);
        Assert.All(found.Values, times => Assert.Equal(2, times));
    }

    [Fact]
    public async Task GivesStableSnapshotsWhileMailArrivesAndGoes()
    {
        var inbox = await AddInboxAsync("a@example.org");
        using var stop = new CancellationTokenSource();
        var acceptors = Enumerable.Range(0, 4).Select(acceptor => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++) await Messages.AcceptAsync(Message(Named(acceptor, i), inbox), Never);
        })).ToArray();
        var expunger = Task.Run(async () =>
        {
            for (uint uid = 1; uid <= 300; uid += 3) _ = await Messages.ExpungeAsync(inbox, [uid], Never);
        });
        var reader = Task.Run(async () =>
        {
            uint[] before = [];
            uint highest = 0;
            while (!stop.IsCancellationRequested)
            {
                var snapshot = (await Messages.ReadMailboxAsync(inbox, Never))!;
                Assert.Equal(snapshot.Uids.Length, snapshot.Sizes.Length);
                Assert.Equal(snapshot.Uids.Order(), snapshot.Uids);
                if (snapshot.Uids.Length == 0) continue;
                Assert.All(snapshot.Uids.Except(before), uid => Assert.True(uid > highest)); // what is new is newer than all that was ever seen
                before = snapshot.Uids;
                highest = Math.Max(highest, before[^1]);
                if (await ReadAsync(inbox, before[^1]) is { } text) _ = Unname(text);
            }
        });
        await Task.WhenAll([.. acceptors, expunger]);
        await stop.CancelAsync();
        await reader;
        Assert.True((await UidsAsync(inbox)).Length >= 700);
    }

    [Fact]
    public async Task LetsNobodySufferForAnothersBadBody()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var tasks = Enumerable.Range(0, Acceptors).Select(acceptor => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                if (acceptor % 4 != 0)
                {
                    Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(Message(Named(acceptor, i), inbox), Never));
                    continue;
                }

                var bad = new Acceptance(new FailingBody(5000), [new LocalDelivery(inbox, default)], DateTimeOffset.UnixEpoch);
                await Assert.ThrowsAsync<IOException>(async () => await Messages.AcceptAsync(bad, Never));
            }
        }));
        await Task.WhenAll(tasks);
        await AssertUidsAsync(inbox, [.. Enumerable.Range(1, Acceptors * 3 / 4 * 10).Select(uid => (uint)uid)]);
    }

    [Fact]
    public async Task StoresNothingForACallerWhoHasGivenUp()
    {
        var inbox = await AddInboxAsync("a@example.org");
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var slow = Messages.AcceptAsync(new Acceptance(new SlowBody(gate, entered), [new LocalDelivery(inbox, default)], DateTimeOffset.UnixEpoch), Never).AsTask();
        entered.Wait(Never); // the writer is busy: whoever comes now waits in the queue
        using var patience = new CancellationTokenSource();
        var waiting = Messages.AcceptAsync(Message(Text("given up"), inbox), patience.Token).AsTask();
        var staying = Messages.AcceptAsync(Message(Text("kept"), inbox), Never).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Set();
        Assert.Equal(AcceptOutcome.Done, await slow);
        Assert.Equal(AcceptOutcome.Done, await staying);
        await AssertUidsAsync(inbox, 1u, 2u);
        await AssertTextAsync(Text("kept"), inbox, 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Messages.AcceptAsync(Message(Text("x"), inbox), patience.Token));
    }

    [Fact]
    public async Task ExpungesAHundredThousandAtOnce()
    {
        var inbox = await AddInboxAsync("a@example.org");
        const int Count = 100_000;
        for (var i = 0; i < Count; i += 2_000)
        {
            await Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => Messages.AcceptAsync(Message(Text("x"), inbox), Never).AsTask()));
        }

        Assert.Equal(Count, (await UidsAsync(inbox)).Length);
        var even = Enumerable.Range(1, Count).Where(uid => uid % 2 == 0).Select(uid => (uint)uid).ToArray();
        Assert.Equal(even.Length, await Messages.ExpungeAsync(inbox, even, Never));
        Assert.Equal(Count / 2, (await UidsAsync(inbox)).Length);
        Assert.Equal(Count / 2, await Messages.ExpungeAsync(inbox, [.. Enumerable.Range(1, Count).Select(uid => (uint)uid)], Never));
        Assert.Empty(await UidsAsync(inbox));
        await SettleAsync();
    }

    private static byte[] Named(int acceptor, int number) =>
        [.. Text(string.Create(CultureInfo.InvariantCulture, $"{acceptor}/{number}\n")), .. Pattern(acceptor % 16 == 0 ? 150_000 : 500 + number, (acceptor * 1000) + number)];

    /// <summary>The name of a message, after proving that all of it belongs together.</summary>
    private static string Unname(byte[] octets)
    {
        var end = Array.IndexOf(octets, (byte)'\n');
        var name = System.Text.Encoding.ASCII.GetString(octets, 0, end);
        var parts = name.Split('/');
        Assert.True(octets.AsSpan().SequenceEqual(Named(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture))));
        return name;
    }
}
