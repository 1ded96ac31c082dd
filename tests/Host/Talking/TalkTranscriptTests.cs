using Merpati.Host.Cli.Talking;
using Merpati.Transcripts;

namespace Merpati.Host.Tests.Talking;

/// <summary>The saved dialogue.</summary>
public sealed class TalkTranscriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HasWhatWasSaidBeforeAndAfterAndIsForItsOwnerOnly()
    {
        using (var transcript = new TalkTranscript("smtp h port 25", new FakeTime()))
        {
            transcript.Server("220 h");
            Assert.Null(transcript.Save(_folder["t"]));
            transcript.Client("EHLO \u001b[31m");
            transcript.Remark("TLS");
            Assert.Equal(_folder["t"], transcript.File);
        }

        Assert.Equal(["# smtp h port 25, 2026-11-22 05:06:24Z", "S: 220 h", "C: EHLO \\u001b[31m", "# TLS"], File.ReadAllLines(_folder["t"]));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["t"]));
    }

    [Fact]
    public void IsAppendedToWhatIsThereAndNotByTwoAtOnce()
    {
        File.WriteAllText(_folder["t"], "before\n");
        using (var one = new TalkTranscript("one", new FakeTime()))
        {
            Assert.Null(one.Save(_folder["t"]));
            using var two = new TalkTranscript("two", new FakeTime());
            Assert.NotNull(two.Save(_folder["t"]));
            one.Client("NOOP");
        }

        Assert.Equal(["before", "# one, 2026-11-22 05:06:24Z", "C: NOOP"], File.ReadAllLines(_folder["t"]));
    }

    [Fact]
    public void KeepsABoundedPartOfWhatWasSaid()
    {
        using (var transcript = new TalkTranscript("t", new FakeTime()))
        {
            for (var i = 0; i < 5000; i++) transcript.Server(new string('x', 1000));
            Assert.Null(transcript.Save(_folder["t"]));
        }

        Assert.InRange(new FileInfo(_folder["t"]).Length, 1_000_000, 1_100_000);
        Assert.Matches("^# the first lines, [0-9]+ of them, are no longer kept$", File.ReadAllLines(_folder["t"])[1]);
    }

    [Fact]
    public void ATabStaysATab()
    {
        using (var transcript = new TalkTranscript("t", new FakeTime()))
        {
            Assert.Null(transcript.Save(_folder["t"]));
            transcript.Client("\tfolded\u0007");
            transcript.Server("250 a\tb");
        }

        Assert.Equal(["C: \tfolded\\u0007", "S: 250 a\tb"], File.ReadAllLines(_folder["t"])[1..]);
    }

    [Fact]
    public void SaysWhyItCannotBeSaved()
    {
        using var transcript = new TalkTranscript("t", new FakeTime());
        Assert.NotNull(transcript.Save(_folder["nowhere/t"]));
        Assert.NotNull(transcript.Save(_folder.Path));
        Assert.NotNull(transcript.Save(""));
        Assert.Null(transcript.File);
    }

    [Fact]
    public void AFullDiskEndsTheTranscriptAndNotTheSession()
    {
        using var transcript = new TalkTranscript("t", new FakeTime());
        var fault = transcript.Save("/dev/full");
        transcript.Client("NOOP");
        Assert.NotNull(fault ?? transcript.TakeFault());
        Assert.Null(transcript.File);
        Assert.Null(transcript.TakeFault());
    }
}
