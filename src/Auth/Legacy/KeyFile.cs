using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Merpati.Auth.Legacy;

/// <summary>
/// A file of random octets for its owner alone. It appears under its name whole and on disk, or not at all. The framework hides a failed
/// fsync on Linux and cannot name a file without replacing another, so that the system calls are made here.
/// </summary>
internal static class KeyFile
{
    private const int ReadOnly = 0; // O_RDONLY
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int Interrupted = 4; // EINTR
    private const int Exists = 17; // EEXIST
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The octets of the file; the caller's to erase.</summary>
    public static byte[] ReadOrCreate(string path, int length)
    {
        if (!File.Exists(path)) Create(path, length);
        return Read(path, length);
    }

    private static byte[] Read(string path, int length)
    {
        using var file = File.OpenHandle(path);
        // Asked of the open file, not of the name, which may have been changed in between.
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
        {
            throw new KeyFileException($"{path}: others than its owner may use this key file; run: chmod 600 {path}");
        }

        var key = new byte[length];
        if (RandomAccess.GetLength(file) != length || RandomAccess.Read(file, key, 0) != length)
        {
            CryptographicOperations.ZeroMemory(key);
            throw new KeyFileException($"{path}: a key file has {length} octets, this one has not; bring back the right one from a backup");
        }

        return key;
    }

    private static void Create(string path, int length)
    {
        var draft = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.new";
        var key = RandomNumberGenerator.GetBytes(length);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            using (var stream = new FileStream(draft, options)) stream.Write(key);
            Flush(draft);
            Publish(draft, path);
            Flush(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            File.Delete(draft);
        }
    }

    // Two processes may start at once: the first one's key stays, and both read it. File.Move looks first and renames then, and would replace it.
    private static void Publish(string draft, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            if (!File.Exists(path)) File.Move(draft, path);
            return;
        }

        if (Retry(() => Link(draft, path)) < 0 && Marshal.GetLastPInvokeError() != Exists) throw Failed("link", path);
    }

    private static void Flush(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Retry(() => Open(path, ReadOnly | CloseOnExec));
        if (descriptor < 0) throw Failed("open", path);
        try
        {
            if (Retry(() => Sync(descriptor)) < 0) throw Failed("fsync", path);
        }
        finally
        {
            _ = Close(descriptor); // after fsync has succeeded there is nothing left that close could lose
        }
    }

    private static int Retry(Func<int> call)
    {
        int result;
        do
        {
            result = call();
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    private static IOException Failed(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
