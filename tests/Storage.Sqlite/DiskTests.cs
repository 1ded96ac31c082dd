using System.Diagnostics;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Reading;

namespace Merpati.Storage.Sqlite.Tests;

/// <summary>What happens when the disk does not do what it should.</summary>
public sealed class DiskTests : SqliteTest
{
    [Fact]
    public async Task AcceptsNothingOnceACommitHasFailed()
    {
        var commits = 0;
        var broken = false;
        var options = new SqliteStoreOptions
        {
            DataDirectory = Home.Path,
            Exclusive = true,
            CommitFault = () =>
            {
                if (!Volatile.Read(ref broken)) return null;
                Interlocked.Increment(ref commits);
                return new SqliteFailure(SqliteFailure.IoErrorFsync, "disk I/O error", "COMMIT");
            },
        };
        long inbox;
        await using (var store = await SqliteMailStore.OpenAsync(options, Never))
        {
            inbox = await AddInboxAsync(store);
            await store.Messages.AcceptAsync(Message(1000, inbox), Never);
            Assert.False(store.Broken.IsCompleted);
            Volatile.Write(ref broken, true);
            var all = Enumerable.Range(0, 64).Select(_ => FailsAsync(StoreFailure.Broken, () => store.Messages.AcceptAsync(Message(1000, inbox), Never).AsTask()));
            await Task.WhenAll(all);
            Assert.Equal(StoreFailure.Broken, (await store.Broken).Failure);
            Volatile.Write(ref broken, false); // the disk seems well again: it is not believed
            await FailsAsync(StoreFailure.Broken, () => store.Messages.ExpungeAsync(inbox, [1u], Never).AsTask());
            await FailsAsync(StoreFailure.Broken, async () => await store.Accounts.SetDisabledAsync((await store.Accounts.FindFirstAccountAsync(Never))!.Address, true, Never));
            Assert.Equal(1, commits);
            Assert.Equal([1u], (await store.Messages.ReadMailboxAsync(inbox, Never))!.Uids.ToList());
            Assert.Equal(1000, await ReadLengthAsync(store, inbox, 1));
        }

        Assert.True(new FileInfo(Home.Wal).Length > 0); // nothing was moved after the failure
        await using var again = await OpenAsync();
        Assert.Single((await again.Messages.ReadMailboxAsync(inbox, Never))!.Uids);
        Assert.Equal(AcceptOutcome.Done, await again.Messages.AcceptAsync(Message(1000, inbox), Never));
    }

    [Theory]
    [InlineData(10, StoreFailure.Broken)] // SQLITE_IOERR
    [InlineData(10 | (3 << 8), StoreFailure.Broken)] // WRITE
    [InlineData(10 | (5 << 8), StoreFailure.Broken)] // DIR_FSYNC
    [InlineData(8, StoreFailure.Broken)] // SQLITE_READONLY
    [InlineData(13, StoreFailure.NoSpace)]
    [InlineData(10 | (19 << 8), StoreFailure.NoSpace)] // SHMSIZE
    [InlineData(5, StoreFailure.Busy)]
    [InlineData(11, StoreFailure.Corrupt)]
    [InlineData(26, StoreFailure.Corrupt)]
    public async Task TellsWhatAFailedCommitMeans(int code, StoreFailure kind)
    {
        SqliteFailure? fault = null;
        await using var store = await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Home.Path, Exclusive = true, CommitFault = () => Volatile.Read(ref fault) }, Never);
        var inbox = await AddInboxAsync(store);
        Volatile.Write(ref fault, new SqliteFailure(code, "fault", "COMMIT"));
        await FailsAsync(kind, () => store.Messages.AcceptAsync(Message(1000, inbox), Never).AsTask());
        Volatile.Write(ref fault, null);
        Assert.Empty((await store.Messages.ReadMailboxAsync(inbox, Never))!.Uids);
        if (kind == StoreFailure.Broken)
        {
            await FailsAsync(kind, () => store.Messages.AcceptAsync(Message(1000, inbox), Never).AsTask());
            return;
        }

        Assert.False(store.Broken.IsCompleted);
        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(1000, inbox), Never));
    }

    [Fact]
    public async Task KeepsAReserveForRemovals()
    {
        await using var store = await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Home.Path, Exclusive = true, ReserveBytes = long.MaxValue / 2 }, Never);
        var inbox = await AddInboxAsync(store);
        Assert.False(store.Messages.HasRoomFor(1));
        await FailsAsync(StoreFailure.NoSpace, () => store.Messages.AcceptAsync(Message(1, inbox), Never).AsTask());
    }

    [Fact]
    public async Task WaitsOutAFullDisk()
    {
        var disk = Path.Combine(Home.Path, "disk");
        Directory.CreateDirectory(disk);
        if (!await TryRunAsync("mount", "-t", "tmpfs", "-o", "size=32m,mode=0700", "tmpfs", disk)) Assert.Skip("a small disk of its own needs the right to mount one");
        try
        {
            await FillAndEmptyAsync(disk);
        }
        finally
        {
            Assert.True(await TryRunAsync("umount", disk));
        }
    }

    [Fact]
    public async Task GivesUpWhenAnotherProcessHoldsTheStoreTooLong()
    {
        await using var store = await OpenAsync();
        var inbox = await AddInboxAsync(store);
        using (var other = Database.Open(Home.Database, OpenMode.Write))
        {
            other.Execute("BEGIN IMMEDIATE");
            await FailsAsync(StoreFailure.Busy, () => store.Messages.AcceptAsync(Message(10, inbox), Never).AsTask());
            Assert.Empty((await store.Messages.ReadMailboxAsync(inbox, Never))!.Uids); // reading goes on
        }

        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(10, inbox), Never));
    }

    [Fact]
    public async Task LetsAReaderGiveUpWaitingForAConnection()
    {
        await using var store = await OpenAsync();
        await using var pool = new ReaderPool(Home.Database, 1);
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var holding = Task.Run(async () => await pool.ReadAsync(0, (_, _) =>
        {
            entered.Set();
            gate.Wait(Never);
            return 1;
        }, Never));
        entered.Wait(Never);
        using var patience = new CancellationTokenSource();
        var waiting = pool.ReadAsync(0, static (_, _) => 2, patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Set();
        Assert.Equal(1, await holding);
        Assert.Equal(3, await pool.ReadAsync(0, static (_, _) => 3, Never));
    }

    [Fact]
    public async Task TellsCallersThatItHasBeenClosed()
    {
        var store = await OpenAsync();
        var inbox = await AddInboxAsync(store);
        await store.DisposeAsync();
        await store.DisposeAsync();
        await FailsAsync(StoreFailure.CannotOpen, () => store.Messages.AcceptAsync(Message(10, inbox), Never).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.Messages.ReadMailboxAsync(inbox, Never));
    }

    private static async Task FillAndEmptyAsync(string disk)
    {
        var options = new SqliteStoreOptions { DataDirectory = Path.Combine(disk, "data"), Exclusive = true, ReserveBytes = 0 };
        await using var store = await SqliteMailStore.OpenAsync(options, Never);
        var inbox = await AddInboxAsync(store);
        var filler = Path.Combine(disk, "filler");
        await File.WriteAllBytesAsync(filler, new byte[20 << 20], Never);

        var accepted = 0;
        for (StoreException? full = null; full is null;)
        {
            try
            {
                Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(100_000, inbox), Never));
                accepted++;
            }
            catch (StoreException failure)
            {
                full = failure;
                Assert.Equal(StoreFailure.NoSpace, failure.Failure);
            }
        }

        Assert.InRange(accepted, 1, 200);
        Assert.False(store.Broken.IsCompleted);
        var uids = (await store.Messages.ReadMailboxAsync(inbox, Never))!.Uids;
        Assert.Equal(accepted, uids.Length);
        Assert.Equal(100_000, await ReadLengthAsync(store, inbox, uids[^1]));

        File.Delete(filler);
        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(100_000, inbox), Never));
        Assert.Equal(accepted, await store.Messages.ExpungeAsync(inbox, uids, Never));
        await store.SettleAsync();
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    private static async Task<bool> TryRunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            if (process is null) return false;
            await process.WaitForExitAsync(Never);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
