using System.Globalization;

namespace Merpati.Bench.Submission;

/// <summary>The processor time of whole process trees, from /proc.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100; // USER_HZ, which Linux shows to programs whatever its own clock

    // Fields of /proc/PID/stat after the name in parentheses.
    private const int Parent = 1;
    private const int UserTime = 11;
    private const int ReapedSystemTime = 14;

    /// <summary>User and system seconds of the trees under the roots, children that were reaped included.</summary>
    public static double CpuSeconds(IReadOnlyCollection<int> roots)
    {
        var processes = ReadAll();
        var children = processes.ToLookup(process => process.Value.Parent, process => process.Key);
        var waiting = new Stack<int>(roots.Where(processes.ContainsKey));
        var seen = new HashSet<int>();
        var ticks = 0L;
        while (waiting.TryPop(out var id))
        {
            if (!seen.Add(id)) continue;
            ticks += processes[id].Ticks;
            foreach (var child in children[id]) waiting.Push(child);
        }

        return ticks / TicksPerSecond;
    }

    private static Dictionary<int, (int Parent, long Ticks)> ReadAll()
    {
        var processes = new Dictionary<int, (int, long)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                var ticks = fields[UserTime..(ReapedSystemTime + 1)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
                processes[id] = (int.Parse(fields[Parent], CultureInfo.InvariantCulture), ticks);
            }
            catch (IOException)
            {
                // It has ended meanwhile; what it used is its parent's now.
            }
        }

        return processes;
    }
}
