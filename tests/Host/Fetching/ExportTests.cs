using System.Text;
using Merpati.Host.Cli;
using Merpati.Host.Cli.Saving;

namespace Merpati.Host.Tests.Fetching;

/// <summary>A mailbox is exported message by message, each whole or not at all, whatever happens to the disk or the mailbox meanwhile.</summary>
public sealed class ExportTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatWasRemovedMeanwhileIsLeftOutAndNotCounted()
    {
        var mailbox = new DisturbedMailbox(Message(1), null, Message(3), Message(4)) { RemovedInTheMiddle = 4 };
        using var progress = new ProgressLine("exporting", TimeProvider.System);
        var export = new MailboxExport(mailbox, 1, progress);
        Assert.Equal(2, await export.ToFilesAsync(_folder["out"], [1, 2, 3, 4], TestContext.Current.CancellationToken));
        Assert.Equal(["0000000001.eml", "0000000003.eml"], Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order());
        Assert.Equal(Message(3), await File.ReadAllBytesAsync(_folder["out/0000000003.eml"]));

        Assert.Equal(2, await export.ToArchiveAsync(SavePath.Of(_folder["all.mbox"], null), [1, 2, 3, 4], TestContext.Current.CancellationToken));
        Assert.Equal([Message(1), Message(3)], Mbox.Read(_folder["all.mbox"]));
    }

    [Fact]
    public async Task FilesAreTheOwnersAloneAndTakeThePlaceOfAnEarlierExport()
    {
        Directory.CreateDirectory(_folder["out"]);
        await File.WriteAllTextAsync(_folder["out/0000000001.eml"], "an earlier export, and a longer one than what comes now: it must not shine through\n");
        using var progress = new ProgressLine("exporting", TimeProvider.System);
        Assert.Equal(2, await new MailboxExport(new DisturbedMailbox(Message(1), Message(2)), 1, progress).ToFilesAsync(_folder["out"], [1, 2], TestContext.Current.CancellationToken));
        foreach (var number in new[] { 1, 2 })
        {
            var file = _folder[$"out/000000000{number}.eml"];
            Assert.Equal(Message(number), await File.ReadAllBytesAsync(file));
            if (!OperatingSystem.IsWindows()) Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task AFullDiskLeavesTheEarlierExportAndNoHalfMessage()
    {
        await using var disk = await SmallDisk.MountAsync(1);
        var target = Path.Combine(Path.GetDirectoryName(disk.Data)!, "out");
        Directory.CreateDirectory(target);
        await File.WriteAllTextAsync(Path.Combine(target, "0000000001.eml"), "an earlier export\n");
        disk.FillUpTo(0);
        var mailbox = new DisturbedMailbox([.. Message(1), .. Enumerable.Repeat((byte)'x', 100_000)]);
        using var progress = new ProgressLine("exporting", TimeProvider.System);
        var failure = await Assert.ThrowsAsync<IOException>(() => new MailboxExport(mailbox, 1, progress).ToFilesAsync(target, [1], TestContext.Current.CancellationToken));
        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        Assert.Equal("0000000001.eml", Path.GetFileName(Assert.Single(Directory.GetFiles(target))));
        Assert.Equal("an earlier export\n", await File.ReadAllTextAsync(Path.Combine(target, "0000000001.eml")));
    }

    [Fact]
    public async Task AFileIsInPlaceOnlyWhenItIsOnDisk()
    {
        var strace = await Strace.NeedAsync();
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using (var server = await RunningServer.StartAsync(_folder["data"]))
        {
            using var smtp = await MailDialogue.GreetAsync(server);
            Assert.StartsWith("250", await MailDialogue.SendAsync(smtp, Message(1), "alice@example.org"), StringComparison.Ordinal);
        }

        string[] tracing = Strace.Options(_folder["strace"], "-e", "trace=fsync,rename,renameat,renameat2");
        (await Command.RunAsync(strace, [.. tracing, Repository.Program, "mailbox", "export", "alice@example.org", "--to", _folder["out"], "--data", _folder["data"]])).Fine();
        var calls = Strace.Read(_folder["strace"]);
        var flush = calls.Find(call => call.Name == "fsync" && call.Result == 0 && call.Arguments.Contains(".eml.part>", StringComparison.Ordinal));
        var rename = calls.Find(call => call.Name.StartsWith("rename", StringComparison.Ordinal) && call.Arguments.Contains(".eml.part", StringComparison.Ordinal));
        var names = calls.Find(call => call.Name == "fsync" && call.Result == 0 && call.Arguments.Contains("/out>", StringComparison.Ordinal));
        Assert.True(flush is not null && rename is not null && names is not null && flush.Ended < rename.Began && rename.Ended < names.Began, string.Join('\n', calls));
    }

    private static byte[] Message(int number) => Encoding.ASCII.GetBytes($"Subject: message {number}\r\n\r\nHello!\r\n");
}
