using System.Globalization;
using System.Text;
using Merpati.Host.Cli;
using Merpati.Host.Cli.Saving;

namespace Merpati.Host.Tests.Fetching;

/// <summary>The lock beside an mbox: one that somebody holds is heeded, one that nobody holds keeps nobody out.</summary>
public sealed class MboxLockTests : IDisposable
{
    private static readonly DateTime Now = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);
    private static readonly byte[] Message = "Subject: one\r\n\r\nHello!\r\n"u8.ToArray();

    private readonly TemporaryFolder _folder = new();

    private string Box => _folder["box.mbox"];

    private string Lock => Box + ".lock";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("0\n")]
    [InlineData("0")]
    [InlineData("host.example.org:4711")]
    public void ALockThatNamesNoProcessIsHeededForTenMinutes(string text)
    {
        Leave(text, Now.AddMinutes(-9));
        var failure = Assert.Throws<CommandFailure>(Save);
        Assert.Equal($"another program is writing to {Box}; if none is, remove {Lock}", failure.Message);
        Assert.Equal(text, File.ReadAllText(Lock));
        File.SetLastWriteTimeUtc(Lock, Now.AddMinutes(-11));
        Save();
        Assert.Equal([Message], Mbox.Read(Box));
        Assert.False(File.Exists(Lock));
    }

    [Fact]
    public async Task ALockOfALivingProcessIsHeededUnlessThatBeganLater()
    {
        using var living = Command.Start("/bin/cat", []);
        Leave(string.Create(CultureInfo.InvariantCulture, $"{living.Id,10}\n"), living.StartTime.ToUniversalTime());
        Assert.Contains($"process {living.Id} is writing to {Box}", Assert.Throws<CommandFailure>(Save).Message, StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(Lock, living.StartTime.ToUniversalTime().AddMinutes(-1));
        Save();
        Assert.Equal([Message], Mbox.Read(Box));
        living.StandardInput.Close();
        await living.WaitForExitAsync();
    }

    [Fact]
    public void ALockWithOurOwnNumberIsThatOfAnotherThatHadItBefore()
    {
        Leave(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"), DateTime.UnixEpoch.AddYears(90));
        Save();
        Assert.Equal([Message], Mbox.Read(Box));
    }

    [Fact]
    public async Task ALockOfOursIsLeftBehindWhenTheMboxIsFreeWhoeverHasItsNumberNow()
    {
        using var living = Command.Start("/bin/cat", []);
        Leave(string.Create(CultureInfo.InvariantCulture, $"{living.Id}\n-\n"), Now);
        Save();
        Assert.Equal([Message], Mbox.Read(Box));
        living.StandardInput.Close();
        await living.WaitForExitAsync();
    }

    [Fact]
    public void WhatAKilledProcessHadBegunIsNotForgottenByOneThatFails()
    {
        Save();
        var whole = File.ReadAllBytes(Box);
        const string FromLine = "From x@example.com Sun Nov 22 09:00:00 2026";
        File.AppendAllText(Box, FromLine + "\nSubj");
        File.WriteAllText(Box + ".part", "Subject: half\n\n");
        Leave(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n{whole.Length}\n0\n{FromLine}\n"), Now);
        using (new FileStream(Box + ".part", FileMode.Open, FileAccess.ReadWrite, FileShare.None)) Assert.ThrowsAny<Exception>(Save);
        Save();
        Assert.Equal([Message, Message], Mbox.Read(Box));
    }

    [Fact]
    public async Task AnMboxThatSomebodyHoldsByFcntlAloneIsLeftAlone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "locks of a part of a file are asked for on Linux only");
        Save();
        const string Hold = "import fcntl,sys; f=open(sys.argv[1],'r+'); fcntl.lockf(f,fcntl.LOCK_EX); print('held',flush=True); sys.stdin.read()";
        using var holding = Command.Start(Command.Need("python3"), ["-c", Hold, Box]);
        Assert.Equal("held", await holding.StandardOutput.ReadLineAsync());
        Assert.Equal($"another program is writing to {Box}", Assert.Throws<CommandFailure>(Save).Message);
        Assert.Equal([Box], Directory.GetFiles(_folder.Path));
        Assert.Equal([Message], Mbox.Read(Box));
        holding.StandardInput.Close();
        await holding.WaitForExitAsync();
        Save();
        Assert.Equal([Message, Message], Mbox.Read(Box));
    }

    [Fact]
    public async Task WhatSomebodyWhoAsksForNoOtherLockAppendsMeanwhileStays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "locks of a part of a file are asked for on Linux only");
        using (var archive = MessageArchive.Open(new SavePath(Box, SaveFormat.Mbox), new Clock()))
        {
            archive.Begin();
            archive.Append(Message);
            (await Command.RunAsync("/bin/sh", ["-c", "printf 'From x Sun Nov 22 09:00:00 2026\\nSubject: theirs\\n\\ntheirs\\n\\n' >>\"$0\"", Box])).Fine();
            archive.Commit();
            archive.Flush();
        }

        Assert.Equal(["Subject: theirs\r\n\r\ntheirs\r\n"u8.ToArray(), Message], Mbox.Read(Box));
    }

    [Fact]
    public async Task ADiskThatIsFullWhenTheLockIsMadeLeavesNoLock()
    {
        var strace = await Strace.NeedAsync();
        await using var maildrop = new ScriptedMaildrop(Message);
        var failing = Strace.Options(_folder["strace"], "-P", Lock, "-e", "trace=write,pwrite64,pwritev", "-e", "inject=write,pwrite64,pwritev:error=ENOSPC:when=1");
        (await FetchCommand.RunUnderAsync(strace, failing, maildrop.Url, "--save", Box)).Fails("No space left on device");
        Assert.False(File.Exists(Lock));
        (await FetchCommand.RunAsync(maildrop.Url, "--save", Box)).Fine();
        Assert.Equal([Message], Mbox.Read(Box));
    }

    private void Leave(string text, DateTime writtenAt)
    {
        File.WriteAllText(Lock, text, Encoding.ASCII);
        File.SetLastWriteTimeUtc(Lock, writtenAt);
    }

    private void Save()
    {
        using var archive = MessageArchive.Open(new SavePath(Box, SaveFormat.Mbox), new Clock());
        archive.Begin();
        archive.Append(Message);
        archive.Commit();
        archive.Flush();
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
