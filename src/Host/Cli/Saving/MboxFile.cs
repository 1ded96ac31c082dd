using Merpati.Storage.Sqlite.Files;

namespace Merpati.Host.Cli.Saving;

/// <summary>
/// An mbox (RFC 4155 appendix A): what is there stays, and messages are appended. Each is gathered beside it, in <c>NAME.part</c>, and appended when it is whole; what a failure
/// leaves of it is cut off again at once, what a kill leaves of it by the next that opens it. Lines end in LF. While it is open it is locked by flock and by <c>NAME.lock</c>; for programs
/// that know fcntl only, it is so locked while it is appended to.
/// </summary>
internal sealed class MboxFile : MessageArchive
{
    private static readonly byte[] EmptyLine = [(byte)'\n'];

    private readonly string _path;
    private readonly FileStream _file;
    private readonly MboxLock _lock;
    private readonly PartFile _part;
    private readonly UnixLines _lines;
    private readonly TimeProvider _time;
    private readonly bool _isNew;
    private readonly bool _hasRegions; // locks by fcntl that are apart from flock
    private MboxHeading _heading = new();
    private long _end; // of the whole messages
    private bool _isDirty;

    private MboxFile(string path, FileStream file, bool isNew, MboxLock held, TimeProvider time)
    {
        _path = path;
        _file = file;
        _isNew = isNew;
        _lock = held;
        _time = time;
        MboxRepair.Run(file, path + ".part", held.Unfinished);
        held.Write(null);
        _part = new PartFile(path + ".part");
        _lines = new UnixLines(_part, quotesFrom: true);
        _hasRegions = _part.CanLockRegions();
        _end = file.Length;
        try
        {
            LockRegion();
            UnlockRegion();
        }
        catch
        {
            _part.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a file that looks like an mbox.</summary>
    public static bool Is(string path)
    {
        if (!File.Exists(path)) return false;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return LooksRight(file);
        }
        catch (IOException failure) when (PartFile.IsTaken(failure))
        {
            return true; // who opens it is told so
        }
    }

    public static MboxFile Open(string path, TimeProvider time)
    {
        if (Directory.Exists(path)) throw new CommandFailure($"{ControlText.Escape(path)} is a folder, no mbox");
        var isNew = !File.Exists(path);
        var file = OpenAlone(path);
        MboxLock? held = null;
        try
        {
            if (!file.CanSeek || (file.Length > 0 && !LooksRight(file))) throw new CommandFailure($"{ControlText.Escape(path)} is no mbox: it does not begin with \"From \"; nothing was changed");
            held = MboxLock.Take(path, time);
            return new MboxFile(path, file, isNew, held, time);
        }
        catch
        {
            held?.Dispose();
            Close(file, path, isNew);
            throw;
        }
    }

    public override void Begin() => Discard();

    public override void Append(ReadOnlySpan<byte> octets)
    {
        _heading.Append(octets);
        _lines.Append(octets);
    }

    public override void Discard()
    {
        _heading = new MboxHeading();
        _lines.Reset();
        _part.Clear();
    }

    public override void Flush()
    {
        if (!_isDirty) return;
        DurableFile.Flush(_path);
        DurableFile.Flush(Path.GetDirectoryName(_path) ?? "/");
        _isDirty = false;
    }

    public override void Dispose()
    {
        _part.Dispose();
        Close(_file, _path, _isNew);
        _lock.Dispose();
    }

    protected override void Place()
    {
        _lines.Finish(endsLine: true);
        LockRegion();
        try
        {
            PlaceLocked();
        }
        finally
        {
            UnlockRegion();
        }

        Discard();
    }

    private static bool LooksRight(FileStream file)
    {
        Span<byte> start = stackalloc byte[5];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("From "u8);
    }

    private static FileStream OpenAlone(string path)
    {
        try
        {
            return new FileStream(path, PartFile.FileOptionsOf(FileMode.OpenOrCreate));
        }
        catch (IOException failure) when (PartFile.IsTaken(failure))
        {
            throw new CommandFailure($"another program is writing to {ControlText.Escape(path)}");
        }
    }

    // A new one into which nothing came goes again.
    private static void Close(FileStream file, string path, bool isNew)
    {
        if (isNew && file.Length == 0) File.Delete(path);
        file.Dispose();
    }

    private void PlaceLocked()
    {
        var append = new MboxAppend(_end, Gap(), _heading.Line(_time));
        _lock.Write(append);
        long end;
        try
        {
            end = _part.CopyTo(_file, _end, append.Start(), EmptyLine);
        }
        catch
        {
            _file.SetLength(_end);
            throw;
        }

        _end = end;
        _isDirty = true;
        _lock.Write(null);
    }

    // Not for longer than an append: such a lock goes with any other handle of the file that we close, and nobody need wait while a server talks. Who had it may have changed the file.
    private void LockRegion()
    {
        if (!_hasRegions || !OperatingSystem.IsLinux()) return;
        try
        {
            _file.Lock(0, 0); // all of it, however long it becomes
        }
        catch (IOException failure) when (PartFile.IsTaken(failure))
        {
            throw new CommandFailure($"another program is writing to {ControlText.Escape(_path)}");
        }

        _end = _file.Length;
    }

    private void UnlockRegion()
    {
        if (_hasRegions && OperatingSystem.IsLinux()) _file.Unlock(0, 0);
    }

    // An empty line stands before each message; what others have written may not end in one.
    private int Gap()
    {
        if (_end < 2) return 0;
        Span<byte> last = stackalloc byte[2];
        _file.Position = _end - 2;
        _file.ReadExactly(last);
        return last[1] != (byte)'\n' ? 2 : last[0] != (byte)'\n' ? 1 : 0;
    }
}
