using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Merpati.Host.Cli.Saving;

/// <summary>
/// A lock that was found beside an mbox: whose it is, and whether he is gone. One of ours whose mbox could be opened alone is always left behind: who lives has that open, and a
/// process number says little where numbers come again, as in containers. Other programs write their number into it or nothing at all.
/// </summary>
internal sealed class FoundLock
{
    private const int MaxLength = 8 * 1024;

    // Mail programs hold one for seconds, or touch it now and then; those that judge by age take one for left behind after 5 minutes (c-client, liblockfile) or 500 seconds (Postfix).
    private static readonly TimeSpan OldAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10); // between the clocks of processes and of files

    private readonly int _process; // 0 when it does not say
    private readonly bool _isOpen;
    private readonly DateTime _written;

    private FoundLock(string path, string[] lines, bool isOpen)
    {
        _written = File.GetLastWriteTimeUtc(path);
        _isOpen = isOpen;
        _process = int.TryParse(lines[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var process) ? process : 0;
        if (_process == 0 || lines.Length < 3) return;
        Unfinished = lines.Length > 3 ? MboxAppend.Read(lines[1], lines[2], lines[3]) : null;
        IsOurs = lines[1] == "-" || Unfinished is not null;
    }

    /// <summary>Whether this program has made it.</summary>
    public bool IsOurs { get; }

    /// <summary>What a process of ours that was killed had begun to append; null when nothing.</summary>
    public MboxAppend? Unfinished { get; }

    /// <summary>Reads it; null when there is none.</summary>
    public static FoundLock? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var octets = new byte[MaxLength];
            var length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            return new FoundLock(path, Encoding.UTF8.GetString(octets, 0, length).Split('\n'), isOpen: false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return new FoundLock(path, [""], isOpen: false); // some programs let nobody read it
        }
        catch (IOException failure) when (PartFile.IsTaken(failure))
        {
            return new FoundLock(path, [""], isOpen: true);
        }
    }

    /// <summary>Who has it, in words; null when nobody does.</summary>
    public string? Holder(TimeProvider time)
    {
        if (_isOpen) return "another program";
        if (IsOurs) return null;
        if (_process > 0) return IsAlive() ? string.Create(CultureInfo.InvariantCulture, $"process {_process}") : null;
        return time.GetUtcNow().UtcDateTime - _written < OldAge ? "another program" : null;
    }

    // A process that began after it was written has only the same number.
    private bool IsAlive()
    {
        if (_process == Environment.ProcessId) return false;
        try
        {
            using var found = Process.GetProcessById(_process);
            return found.StartTime.ToUniversalTime() < _written + Slack;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (Win32Exception)
        {
            return true; // nobody lets us see it
        }
    }
}
