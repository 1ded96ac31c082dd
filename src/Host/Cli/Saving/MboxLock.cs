using System.Globalization;
using System.Text;

namespace Merpati.Host.Cli.Saving;

/// <summary>
/// The lock beside an mbox, <c>NAME.lock</c>, which mail programs heed. Its first line is our process; what a killed process has left is taken over. While a message is
/// appended it says, too, where that began, so that what a killed process has left of it can be told from whole messages.
/// </summary>
internal sealed class MboxLock : IDisposable
{
    private const int Exists = 17; // EEXIST

    private readonly string _path;
    private readonly FileStream _file;
    private bool _isWritten; // by us: before, it may say what a killed process has begun

    private MboxLock(string path, FileStream file, MboxAppend? unfinished)
    {
        _path = path;
        _file = file;
        Unfinished = unfinished;
    }

    /// <summary>What a process that was killed had begun to append; null when nothing. It is forgotten with the first <see cref="Write"/>.</summary>
    public MboxAppend? Unfinished { get; }

    /// <summary>Takes the lock, whose mbox the caller has open for itself alone. Throws <see cref="CommandFailure"/> when another program has it.</summary>
    public static MboxLock Take(string mbox, TimeProvider time)
    {
        var path = mbox + ".lock";
        var found = FoundLock.Read(path);
        if (found?.Holder(time) is { } holder) throw Taken(mbox, path, holder);
        if (found is { IsOurs: true }) return new MboxLock(path, new FileStream(path, PartFile.FileOptionsOf(FileMode.OpenOrCreate)), found.Unfinished);
        if (found is not null) File.Delete(path);
        var made = new MboxLock(path, Make(mbox, path), null);
        try
        {
            made.Write(null);
            return made;
        }
        catch
        {
            made.Remove();
            throw;
        }
    }

    /// <summary>Says what is appended; null when nothing is.</summary>
    public void Write(MboxAppend? append)
    {
        // In one small write, and never cut short: a kill in between must leave our number readable. What a longer text before has left behind is not looked at.
        var what = append is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{append.Offset}\n{append.Gap}\n{append.FromLine}");
        var text = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n{what}\n");
        RandomAccess.Write(_file.SafeFileHandle, Encoding.UTF8.GetBytes(text), 0);
        _isWritten = true;
    }

    /// <summary>Takes it away; but what a killed process has left stays, unless it was written anew: what it says is still to be looked at.</summary>
    public void Dispose()
    {
        if (_isWritten) Remove();
        else _file.Dispose();
    }

    private static FileStream Make(string mbox, string path)
    {
        try
        {
            return new FileStream(path, PartFile.FileOptionsOf(FileMode.CreateNew));
        }
        catch (IOException failure) when ((failure.HResult & 0xFFFF) == Exists)
        {
            throw Taken(mbox, path, "another program"); // it was faster
        }
    }

    private static CommandFailure Taken(string mbox, string path, string by) =>
        new($"{by} is writing to {ControlText.Escape(mbox)}; if none is, remove {ControlText.Escape(path)}");

    private void Remove()
    {
        File.Delete(_path);
        _file.Dispose();
    }
}
