namespace Merpati.Host.Tests;

/// <summary>The system calls of a server, as strace writes them down, in order.</summary>
internal static class Strace
{
    /// <summary>strace as a wrapper; the test is skipped where it is missing or may not trace.</summary>
    public static async Task<string> NeedAsync()
    {
        var strace = Command.Need("strace");
        var tried = await Command.RunAsync(strace, ["-f", "-o", "/dev/null", "true"]);
        Assert.SkipUnless(tried.Status == 0, $"this machine lets nobody trace: {tried.Error.Trim()}");
        return strace;
    }

    /// <summary>Options that leave the server the direct child, so that signals reach it, and write into a file.</summary>
    public static string[] Options(string file, params string[] more) => ["-D", "-f", "-y", "-o", file, .. more];

    /// <summary>
    /// Reads a trace: each call once, with where it began and where it was complete. With several threads strace cuts a call in two lines,
    /// "unfinished" and "resumed".
    /// </summary>
    public static List<SystemCall> Read(string file)
    {
        var calls = new List<SystemCall>();
        var open = new Dictionary<string, SystemCall>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0) continue;
            var thread = line[..space];
            var text = line[space..].TrimStart();
            if (text.StartsWith("<... ", StringComparison.Ordinal))
            {
                if (open.Remove(thread, out var begun)) calls.Add(begun with { Ended = number, Result = ResultOf(text) });
                continue;
            }

            var name = text.IndexOf('(', StringComparison.Ordinal);
            if (name < 0) continue;
            var call = new SystemCall(text[..name], text[name..], number, number, ResultOf(text));
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal)) open[thread] = call with { Ended = int.MaxValue };
            else calls.Add(call);
        }

        calls.AddRange(open.Values);
        calls.Sort((one, other) => one.Began.CompareTo(other.Began));
        return calls;
    }

    private static long ResultOf(string text)
    {
        var equals = text.LastIndexOf(" = ", StringComparison.Ordinal);
        if (equals < 0) return long.MinValue;
        var digits = text[(equals + 3)..].Split(' ')[0];
        return long.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out var result) ? result : long.MinValue;
    }
}

/// <summary>One system call: its arguments as text, the lines of the trace where it began and ended, what it returned.</summary>
internal sealed record SystemCall(string Name, string Arguments, int Began, int Ended, long Result)
{
    private const string Wal = "/merpati.db-wal>";

    public bool IsSend(string octets) => Name is "sendto" or "sendmsg" or "write" && Arguments.Contains(octets, StringComparison.Ordinal);

    public bool IsWalWrite => Name is "pwrite64" or "write" && Arguments.Contains(Wal, StringComparison.Ordinal);

    public bool IsWalFlush => Name is "fsync" or "fdatasync" && Arguments.Contains(Wal, StringComparison.Ordinal);
}
