namespace Merpati.Storage.Sqlite.Files;

/// <summary>
/// Which databases this process has open. POSIX drops all of a process's locks on a file when it closes any descriptor of that file, so that
/// nobody may look into a database with his own eyes while SQLite holds it here: another process could then take away the WAL under us.
/// Opening goes one at a time for the same reason.
/// </summary>
internal static class OpenStores
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static readonly Dictionary<string, int> Counts = new(StringComparer.Ordinal);

    /// <summary>Enters the opening of a store; to be followed by <see cref="EndOpening"/>.</summary>
    internal static Task BeginOpeningAsync(CancellationToken cancellation) => Gate.WaitAsync(cancellation);

    internal static void EndOpening() => Gate.Release();

    /// <summary>Whether SQLite has the database open in this process.</summary>
    internal static bool Holds(string database)
    {
        lock (Counts) return Counts.ContainsKey(database);
    }

    internal static void Add(string database)
    {
        lock (Counts) Counts[database] = Counts.GetValueOrDefault(database) + 1;
    }

    internal static void Remove(string database)
    {
        lock (Counts)
        {
            if (--Counts[database] == 0) Counts.Remove(database);
        }
    }
}
