using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Merpati.Host.Cli.Saving;

/// <summary>
/// The lock beside an mbox, <c>NAME.lock</c>, which mail programs heed. Its first line is our process, and what a killed process has left is taken over. While a message is
/// appended it says, too, where that began, so that what a killed process has left of it can be told from whole messages.
/// </summary>
internal sealed class MboxLock : IDisposable
{
    private const int MaxLength = 8 * 1024;

    private readonly string _path;
    private readonly FileStream _file;

    private MboxLock(string path, FileStream file, MboxAppend? unfinished)
    {
        _path = path;
        _file = file;
        Unfinished = unfinished;
        Write(null);
    }

    /// <summary>What a process that was killed had begun to append; null when nothing.</summary>
    public MboxAppend? Unfinished { get; }

    /// <summary>Takes the lock, whose mbox the caller has open for itself alone. Throws <see cref="CommandFailure"/> when another program has it.</summary>
    public static MboxLock Take(string mbox)
    {
        var path = mbox + ".lock";
        MboxAppend? unfinished = null;
        if (File.Exists(path))
        {
            var lines = Encoding.UTF8.GetString(ReadAll(path)).Split('\n');
            if (!int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var process)) throw Taken(mbox, path, "another program");
            if (IsAlive(process)) throw Taken(mbox, path, $"process {process}");
            if (lines is [_, var offset, var gap, var from, ..]) unfinished = MboxAppend.Read(offset, gap, from);
            File.Delete(path);
        }

        try
        {
            return new MboxLock(path, new FileStream(path, PartFile.FileOptionsOf(FileMode.CreateNew)), unfinished);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw Taken(mbox, path, "another program"); // it was faster
        }
    }

    /// <summary>Says what is appended; null when nothing is.</summary>
    public void Write(MboxAppend? append)
    {
        // In one small write, and never cut short: a kill in between must leave our number readable. What a longer text before has left behind is not looked at.
        var what = append is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{append.Offset}\n{append.Gap}\n{append.FromLine}");
        var text = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n{what}\n");
        RandomAccess.Write(_file.SafeFileHandle, Encoding.UTF8.GetBytes(text), 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_path);
        _file.Dispose();
    }

    private static CommandFailure Taken(string mbox, string path, string by) =>
        new($"{by} is writing to {ControlText.Escape(mbox)}; if none is, remove {ControlText.Escape(path)}");

    private static byte[] ReadAll(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var octets = new byte[Math.Min(file.Length, MaxLength)];
        file.ReadExactly(octets);
        return octets;
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Win32Exception)
        {
            return true;
        }
    }
}
