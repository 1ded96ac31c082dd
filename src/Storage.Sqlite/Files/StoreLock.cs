using System.Globalization;

namespace Merpati.Storage.Sqlite.Files;

/// <summary>
/// The exclusive hold of one process on a data directory: an advisory lock on a file that is never removed, so that it dies with the process,
/// however that dies.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _pid;

    private StoreLock(FileStream file, string pid)
    {
        _file = file;
        _pid = pid;
    }

    /// <summary>Takes the lock; null when another has it. Whatever the last holder wrote about itself is removed.</summary>
    internal static StoreLock? TryTake(StoreFolder folder)
    {
        FileStream file;
        try
        {
            file = new FileStream(folder.Lock, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (IOException held) when (IsHeld(held))
        {
            return null;
        }

        File.Delete(folder.Pid);
        return new StoreLock(file, folder.Pid);
    }

    /// <summary>Who serves the store, as it wrote itself; null when nobody has written.</summary>
    internal static string? Holder(StoreFolder folder)
    {
        try
        {
            return File.ReadAllText(folder.Pid).Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Writes who serves.</summary>
    internal void Announce()
    {
        using var stream = DurableFile.Create(_pid);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
    }

    public void Dispose()
    {
        File.Delete(_pid);
        _file.Dispose();
    }

    // The framework reports flock's EWOULDBLOCK with errno as the code; anything else (no room, no such directory) is another matter.
    private static bool IsHeld(IOException failure) => failure is not (FileNotFoundException or DirectoryNotFoundException) && failure.HResult == 11;
}
