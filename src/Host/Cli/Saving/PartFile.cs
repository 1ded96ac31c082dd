using System.Runtime.InteropServices;
using Merpati.Storage.Sqlite.Files;

namespace Merpati.Host.Cli.Saving;

/// <summary>A file that its owner alone reads and that is not yet what it will be. It is removed when it is disposed, unless it was published.</summary>
internal sealed class PartFile : IDisposable
{
    private const int BufferSize = 16 * 1024;
    private const int LargestPiece = 16 * 1024 * 1024; // octets of a message that are held while they are copied

    private const int SizeLimitSignal = 25; // SIGXFSZ, which has no name in .NET; Linux and macOS number it alike

    // Kept for as long as the process: a file that grows past its limit (ulimit -f) would kill us in the middle of a message. Without the signal the write fails (EFBIG).
    private static readonly PosixSignalRegistration? SizeLimit = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)SizeLimitSignal, signal => signal.Cancel = true);

    private readonly string _path;
    private readonly FileStream _file;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _used;
    private bool _isPublished;

    /// <summary>Makes it, or empties what somebody has left behind. Throws <see cref="CommandFailure"/> when somebody has it open.</summary>
    public PartFile(string path)
    {
        _path = path;
        GC.KeepAlive(SizeLimit);
        try
        {
            // The buffer is ours: the stream's own would be written once more when it is disposed after a failure.
            _file = new FileStream(path, FileOptionsOf(FileMode.OpenOrCreate));
            _file.SetLength(0);
        }
        catch (IOException failure) when (IsTaken(failure))
        {
            throw new CommandFailure($"another program is saving there: {ControlText.Escape(path)} is in use");
        }
    }

    /// <summary>How a file is opened for ourselves alone; a new one is its owner's alone.</summary>
    public static FileStreamOptions FileOptionsOf(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>Whether a file could not be opened because somebody has it open (flock).</summary>
    public static bool IsTaken(IOException failure) => (failure.HResult & 0xFFFF) == 11; // EWOULDBLOCK

    public void Write(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > BufferSize - _used) Send();
        if (octets.Length > BufferSize)
        {
            Send(octets);
            return;
        }

        octets.CopyTo(_buffer.AsSpan(_used));
        _used += octets.Length;
    }

    /// <summary>Makes it empty again.</summary>
    public void Clear()
    {
        _used = 0;
        _file.SetLength(0);
        _file.Position = 0;
    }

    /// <summary>
    /// Whether a file here can be locked by fcntl, too: nobody but us has this one, so that what refuses is a file system that does not know such locks, or takes our own flock
    /// for somebody else's, as NFS does.
    /// </summary>
    public bool CanLockRegions()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            _file.Lock(0, 0);
            _file.Unlock(0, 0);
            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Writes a beginning, what it holds and an end into another file, in as few calls as can be: the shorter the time, the less often a kill falls into it. Returns where that ended.
    /// </summary>
    public long CopyTo(FileStream other, long offset, ReadOnlyMemory<byte> beginning, ReadOnlyMemory<byte> end)
    {
        Send();
        var left = _file.Length;
        var piece = GC.AllocateUninitializedArray<byte>((int)Math.Min(left, LargestPiece));
        _file.Position = 0;
        var first = beginning;
        do
        {
            var length = (int)Math.Min(left, piece.Length);
            _file.ReadExactly(piece, 0, length);
            left -= length;
            var last = left == 0 ? end : default;
            try
            {
                RandomAccess.Write(other.SafeFileHandle, [first, piece.AsMemory(0, length), last], offset);
            }
            catch (ArgumentOutOfRangeException)
            {
                throw TooLarge(other.Name);
            }

            offset += first.Length + length + last.Length;
            first = default;
        }
        while (left > 0);
        return offset;
    }

    /// <summary>Gives it its name, under which it is whole; a file that is there is replaced only when that is asked for. The name is on disk when its folder was flushed.</summary>
    public void Publish(string name, bool replaces = false)
    {
        Send();
        _file.Dispose();
        DurableFile.Flush(_path);
        File.Move(_path, name, replaces);
        _isPublished = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        if (!_isPublished) File.Delete(_path);
    }

    // EFBIG, by a limit or on a file system such as FAT: .NET takes it for a wrong argument.
    private static IOException TooLarge(string path) => new($"{path}: it would be larger than a file may be here");

    private void Send()
    {
        Send(_buffer.AsSpan(0, _used));
        _used = 0;
    }

    private void Send(ReadOnlySpan<byte> octets)
    {
        try
        {
            _file.Write(octets);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw TooLarge(_path);
        }
    }
}
