using System.Runtime.InteropServices;

namespace Merpati.Storage.Sqlite.Files;

/// <summary>
/// Files and names that outlive a power cut (Unix). The framework's own flushes report success when fsync(2) fails on Linux, and it
/// cannot flush a directory at all, so that the three system calls are made here. A failure is an <see cref="IOException"/> and final:
/// a second fsync would report success although the pages are lost.
/// </summary>
public static partial class DurableFile
{
    private const int ReadOnly = 0; // O_RDONLY
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int Interrupted = 4; // EINTR

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a small file for its owner alone, whole, and returns when it is on disk under its name.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        using (var stream = Create(path)) stream.Write(content);
        Flush(path);
        Flush(ParentOf(path));
    }

    /// <summary>Makes an empty file that only its owner reads, or empties it.</summary>
    internal static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        Share = FileShare.ReadWrite,
        UnixCreateMode = OwnerOnly,
    });

    /// <summary>Gives a file its final name; returns when both the octets and the name are on disk.</summary>
    internal static void Rename(string from, string to)
    {
        Flush(from);
        File.Move(from, to);
        Flush(ParentOf(to));
    }

    /// <summary>Removes a name, if it is there, for good.</summary>
    internal static void Delete(string path)
    {
        if (!File.Exists(path)) return;
        File.Delete(path);
        Flush(ParentOf(path));
    }

    /// <summary>Flushes a file, or the names in a directory. Throws <see cref="IOException"/>, which is final.</summary>
    public static void Flush(string path)
    {
        var descriptor = Retry(path, static name => Open(name, ReadOnly | CloseOnExec));
        if (descriptor < 0) throw Failed("open", path);
        try
        {
            if (Retry(descriptor, Sync) < 0) throw Failed("fsync", path);
        }
        finally
        {
            _ = Close(descriptor); // after fsync has succeeded there is nothing left that close could lose
        }
    }

    internal static string ParentOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    // A signal may arrive in the middle of either call; that says nothing about the disk.
    private static int Retry<T>(T argument, Func<T, int> call)
    {
        int result;
        do
        {
            result = call(argument);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    private static IOException Failed(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
