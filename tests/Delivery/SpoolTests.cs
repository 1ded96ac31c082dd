using System.Security.Cryptography;
using Merpati.Delivery.Intake;
using Merpati.Mail.Intake;

namespace Merpati.Delivery.Tests;

public sealed class SpoolTests : IDisposable
{
    private const int Threshold = 128 * 1024;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(Threshold, 997)]
    [InlineData(Threshold + 1, 4096)]
    [InlineData(1_000_000, 4093)]
    [InlineData(3_000_000, 700_000)]
    public void GivesBackWhatItTook(int length, int piece)
    {
        var octets = RandomNumberGenerator.GetBytes(length);
        using var spool = new Spool(_folder.Path, Threshold);
        foreach (var part in octets.Chunk(piece)) spool.Append(part);
        Assert.Equal(length, spool.Length);
        Assert.Equal(IntakeVerdict.Accepted, spool.Verdict);

        var read = new byte[length];
        for (var at = 0; at < length; at += 50_000) spool.Read(at, read.AsSpan(at, Math.Min(50_000, length - at)));
        Assert.Equal(octets, read);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void PutsOctetsOnTopOfWhatItTook(int length)
    {
        var octets = RandomNumberGenerator.GetBytes(length);
        using var spool = new Spool(_folder.Path, Threshold);
        spool.Append(octets);
        spool.PutOnTop(new byte[7]);
        byte[] head = [1, 2, 3, 4, 5];
        spool.PutOnTop(head);
        Assert.Equal(length + 5, spool.Length);
        byte[] expected = [.. head, .. octets];
        foreach (var piece in new[] { 3, 5, 4096, 1_000_005 })
        {
            var read = new byte[expected.Length];
            for (var at = 0; at < read.Length; at += piece) spool.Read(at, read.AsSpan(at, Math.Min(piece, read.Length - at)));
            Assert.Equal(expected, read);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => spool.Read(length, new byte[6]));
    }

    [Fact]
    public void LeavesNoNameOnDiskEvenWhileItIsOpen()
    {
        using var spool = new Spool(_folder.Path, Threshold);
        for (var i = 0; i < 100; i++) spool.Append(new byte[10_000]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void NeverReadsBeyondItsEnd()
    {
        using var spool = new Spool(_folder.Path, Threshold);
        spool.Append(new byte[10]);
        Assert.Throws<ArgumentOutOfRangeException>(() => spool.Read(5, new byte[6]));
    }

    [Fact]
    public void RemembersThatTheDiskTookNoMore()
    {
        Directory.Delete(_folder.Path);
        using var spool = new Spool(_folder.Path, Threshold);
        for (var i = 0; i < 100; i++) spool.Append(new byte[10_000]);
        Directory.CreateDirectory(_folder.Path);
        Assert.Equal(IntakeVerdict.StoreFailed, spool.Verdict);
    }

    [Fact]
    public void SaysThatThereIsNoRoomWhenTheDiskIsFull()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        using var spool = new Spool(() => File.OpenHandle("/dev/full", FileMode.Open, FileAccess.ReadWrite), Threshold);
        for (var i = 0; i < 100; i++) spool.Append(new byte[10_000]);
        Assert.Equal(IntakeVerdict.NoSpace, spool.Verdict);
    }

    [Fact]
    public void ClearsWhatACrashLeft()
    {
        var spoolFolder = Path.Combine(_folder.Path, "spool");
        Directory.CreateDirectory(spoolFolder);
        File.WriteAllText(Path.Combine(spoolFolder, "x.spool"), "left");
        Spool.Clear(spoolFolder);
        Assert.Empty(Directory.EnumerateFiles(spoolFolder));
    }
}
