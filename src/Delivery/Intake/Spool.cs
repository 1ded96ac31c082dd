using System.Buffers;
using Merpati.Mail.Intake;
using Merpati.Storage.Messages;
using Microsoft.Win32.SafeHandles;

namespace Merpati.Delivery.Intake;

/// <summary>
/// The octets of one message on its way in: in pooled memory up to a threshold, then in a file that has no name any more, so that nothing of it
/// is left behind however the session or the process ends. It is not durable and need not be: nothing is acknowledged yet.
/// </summary>
internal sealed class Spool : IBodyContent, IDisposable
{
    private const int BlockSize = 32 * 1024;
    private const int NoSpaceOnDevice = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    private readonly Func<SafeFileHandle> _open;
    private readonly int _threshold;
    private readonly List<byte[]> _blocks = [];
    private SafeFileHandle? _file;
    private ReadOnlyMemory<byte> _head;
    private long _taken; // octets appended
    private long _filed; // octets in the file; the blocks hold what comes after

    public Spool(string directory, int threshold)
        : this(() => OpenNameless(directory), threshold)
    {
    }

    internal Spool(Func<SafeFileHandle> open, int threshold)
    {
        _open = open;
        _threshold = threshold;
    }

    public long Length => _head.Length + _taken;

    /// <summary>Accepted while nothing went wrong; after a failure the spool takes no more and must not be stored.</summary>
    public IntakeVerdict Verdict { get; private set; } = IntakeVerdict.Accepted;

    private int InMemory => (int)(_taken - _filed);

    public void Append(ReadOnlySpan<byte> octets)
    {
        if (Verdict != IntakeVerdict.Accepted) return;
        while (!octets.IsEmpty)
        {
            if (InMemory == _blocks.Count * BlockSize && !MakeRoom()) return;
            var at = InMemory % BlockSize;
            var taken = Math.Min(BlockSize - at, octets.Length);
            octets[..taken].CopyTo(_blocks[^1].AsSpan(at));
            octets = octets[taken..];
            _taken += taken;
        }
    }

    /// <summary>Puts octets before all that was taken, in place of what was put there before; they are not copied.</summary>
    public void PutOnTop(ReadOnlyMemory<byte> head) => _head = head;

    public void Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + destination.Length, Length);
        if (offset < _head.Length)
        {
            var fromHead = _head.Span[(int)offset..];
            if (fromHead.Length > destination.Length) fromHead = fromHead[..destination.Length];
            fromHead.CopyTo(destination);
            destination = destination[fromHead.Length..];
            offset += fromHead.Length;
        }

        offset -= _head.Length;
        while (!destination.IsEmpty)
        {
            int taken;
            if (offset < _filed)
            {
                taken = RandomAccess.Read(_file!, destination[..(int)Math.Min(destination.Length, _filed - offset)], offset);
                if (taken == 0) throw new EndOfStreamException("the spool file is shorter than what was written to it");
            }
            else
            {
                var inMemory = (int)(offset - _filed);
                var at = inMemory % BlockSize;
                taken = Math.Min(destination.Length, BlockSize - at);
                _blocks[inMemory / BlockSize].AsSpan(at, taken).CopyTo(destination);
            }

            destination = destination[taken..];
            offset += taken;
        }
    }

    public void Dispose()
    {
        foreach (var block in _blocks) ArrayPool<byte>.Shared.Return(block);
        _blocks.Clear();
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Makes the directory, its owner's alone, when it is missing.</summary>
    public static void MakeDirectory(string directory)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Removes what a crash between making a spool file and taking its name away has left.</summary>
    public static void Clear(string directory)
    {
        MakeDirectory(directory);
        foreach (var left in Directory.EnumerateFiles(directory, "*.spool")) File.Delete(left);
    }

    // Past the threshold the memory is emptied into the file and used again.
    private bool MakeRoom()
    {
        if (InMemory < _threshold)
        {
            _blocks.Add(ArrayPool<byte>.Shared.Rent(BlockSize));
            return true;
        }

        try
        {
            _file ??= _open();
            foreach (var block in _blocks)
            {
                RandomAccess.Write(_file, block.AsSpan(0, BlockSize), _filed);
                _filed += BlockSize;
            }
        }
        catch (IOException failure)
        {
            Verdict = (failure.HResult & 0xFFFF) is NoSpaceOnDevice or QuotaExceeded ? IntakeVerdict.NoSpace : IntakeVerdict.StoreFailed;
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            Verdict = IntakeVerdict.StoreFailed;
            return false;
        }

        for (var i = 1; i < _blocks.Count; i++) ArrayPool<byte>.Shared.Return(_blocks[i]);
        _blocks.RemoveRange(1, _blocks.Count - 1);
        return true;
    }

    private static SafeFileHandle OpenNameless(string directory)
    {
        var path = Path.Combine(directory, $"{Guid.NewGuid():N}.spool");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.Delete(path);
        return file;
    }
}
