namespace Merpati.Host.Tests;

/// <summary>A file system of its own, small enough to be filled; gone when the test ends.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private SmallDisk(TemporaryFolder folder) => _folder = folder;

    /// <summary>Where the data directory is.</summary>
    public string Data => Path.Combine(_folder["disk"], "data");

    private string Filler => Path.Combine(_folder["disk"], "filler");

    /// <summary>Mounts one of so many MiB; the test is skipped where that is not allowed.</summary>
    public static async Task<SmallDisk> MountAsync(int mebibytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can mount a small disk");
        var mount = Command.Need("mount");
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["disk"]);
        var mounted = await Command.RunAsync(mount, ["-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", folder["disk"]]);
        if (mounted.Status != 0) folder.Dispose();
        Assert.SkipUnless(mounted.Status == 0, $"this machine lets nobody mount: {mounted.Error.Trim()}");
        return new SmallDisk(folder);
    }

    /// <summary>The octets that are free.</summary>
    public long Free => new DriveInfo(_folder["disk"]).AvailableFreeSpace;

    /// <summary>Fills it until no more than so many octets are free.</summary>
    public void FillUpTo(long octets)
    {
        using var filler = new FileStream(Filler, FileMode.Append);
        var block = new byte[4096];
        while (Free > octets)
        {
            try
            {
                filler.Write(block);
                filler.Flush();
            }
            catch (IOException) when (octets == 0)
            {
                return; // somebody else took the last page
            }
        }
    }

    /// <summary>Makes room again.</summary>
    public void Empty() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        (await Command.RunAsync(Command.Need("umount"), ["-l", _folder["disk"]])).Fine();
        _folder.Dispose();
    }
}
