using System.Text;
using Merpati.Delivery.Collecting;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;
using Merpati.Storage.Messages;

namespace Merpati.Delivery.Tests;

/// <summary>A scripted server, and a store with an account that collects from it.</summary>
internal sealed class CollectFixture : IAsyncDisposable
{
    public const string Account = "alice@example.org";

    private CollectFixture(StoreFixture store) => Store = store;

    public StoreFixture Store { get; }

    public ScriptedServer Server { get; } = new();

    public ICollectStore Sources => Store.Store.Collecting;

    public TimeProvider Time { get; private init; } = TimeProvider.System;

    public long MaxMessageBytes { get; set; } = 1_000_000;

    /// <summary>Where messages go in place of the store, to fail there.</summary>
    public IMessageStore? Messages { get; set; }

    public static async Task<CollectFixture> CreateAsync(TimeProvider? time = null) =>
        new(await StoreFixture.CreateAsync(time ?? TimeProvider.System, Account)) { Time = time ?? TimeProvider.System };

    public async Task<CollectSource> SourceAsync(CollectAfter after = CollectAfter.Keep, string server = "pop3s://alice@old.example.net:995/", TimeSpan? interval = null)
    {
        var settings = new NewCollectSource(StoreFixture.Address(Account), server) { After = after, Interval = interval, SealedPassword = interval is null ? null : "sealed" };
        return await Sources.PutAsync(settings, CancellationToken.None) ?? throw new InvalidOperationException("no account");
    }

    public MaildropCollector Collector(string locks = "collecting") => new(
        new CollectSurroundings(Store.Store, Server, Time, Store.Log) { Messages = Messages ?? Store.Store.Messages },
        new CollectOptions { HostName = "mx.example.org", SpoolDirectory = Store.Spool, LockDirectory = Path.Combine(Store.Spool, "..", locks), MaxMessageBytes = MaxMessageBytes, SpoolThreshold = 32 * 1024 });

    /// <summary>Runs once; what the messages were, without what was put on top, is in <see cref="ReadAsync"/>.</summary>
    public async Task<CollectReport> RunAsync(CollectAfter after = CollectAfter.Keep, IProgress<CollectProgress>? progress = null, CancellationToken finishEarly = default)
    {
        var job = new CollectJob(await SourceAsync(after), "secret"u8.ToArray()) { Progress = progress, FinishEarly = finishEarly };
        var report = await Collector().RunAsync(job, CancellationToken.None);
        await Task.Yield(); // off the thread of the store
        return report;
    }

    /// <summary>Runs once and dies, as far as anything here shows, when <paramref name="moment"/> says so.</summary>
    public async Task DieAsync(CollectAfter after, Func<CancellationTokenSource, ScriptedServer, Task> moment)
    {
        using var death = new CancellationTokenSource();
        await moment(death, Server);
        var job = new CollectJob(await SourceAsync(after), "secret"u8.ToArray());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Collector().RunAsync(job, death.Token));
        Server.BeforeEnd = null;
    }

    /// <summary>The texts in the inbox as the server sent them: the field on top is looked at and taken away.</summary>
    public async Task<List<string>> ReadAsync()
    {
        var texts = await Store.ReadTextAsync(Account);
        return texts.ConvertAll(text =>
        {
            Assert.StartsWith("Received: from old.example.net ([192.0.2.7])\r\n\tby mx.example.org (Merpati) with POP3S id ", text, StringComparison.Ordinal);
            Assert.Contains("\r\n\tfor <alice@example.org>;\r\n\t", text, StringComparison.Ordinal);
            var date = text.IndexOf(";\r\n\t", StringComparison.Ordinal) + 4;
            return text[(text.IndexOf("\r\n", date, StringComparison.Ordinal) + 2)..];
        });
    }

    public async Task<List<DateTimeOffset>> ReadDatesAsync()
    {
        var (_, account) = await Store.Store.Accounts.FindAsync(StoreFixture.Address(Account), CancellationToken.None);
        var dates = new List<DateTimeOffset>();
        foreach (var uid in (await Store.Store.Messages.ReadMailboxAsync(account!.InboxId, CancellationToken.None))!.Uids)
        {
            dates.Add((await Store.Store.Messages.FindEntryAsync(account.InboxId, uid, CancellationToken.None))!.InternalDate);
        }

        return dates;
    }

    public async Task<List<string>> NotedAsync() => [.. await Sources.ReadCollectedAsync((await SourceAsync()).Id, null, 100_000, CancellationToken.None)];

    public async Task SetAsync(long? quota, Retention? retention = null)
    {
        var settings = new AccountSettings(quota, true) { Retention = retention };
        await Store.Store.Addresses.SetAccountAsync(StoreFixture.Address(Account), settings, CancellationToken.None);
    }

    public static byte[] Text(string subject) => Encoding.ASCII.GetBytes($"Subject: {subject}\r\n\r\nHello\r\n");

    public async ValueTask DisposeAsync() => await Store.DisposeAsync();
}
