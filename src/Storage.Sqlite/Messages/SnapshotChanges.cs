namespace Merpati.Storage.Sqlite.Messages;

/// <summary>
/// What a change of ours makes of the snapshot that was right just before it: a session that ends has marked or removed a few of very many messages, and
/// the next one would read them all for that.
/// </summary>
internal static class SnapshotChanges
{
    /// <summary>The snapshot with these UIDs, which are sorted, seen.</summary>
    internal static SnapshotCache.Kept Mark(SnapshotCache.Kept before, uint[] uids, long modSeq)
    {
        var seen = new ulong[SeenWords(before.Uids.Length)];
        before.Seen.CopyTo(seen, 0);
        foreach (var uid in uids)
        {
            if (Array.BinarySearch(before.Uids, uid) is >= 0 and var at) Set(seen, at);
        }

        return before with { HighestModSeq = modSeq, Seen = seen };
    }

    /// <summary>The snapshot without these UIDs, which are sorted; null when it does not hold as many of them as were removed.</summary>
    internal static SnapshotCache.Kept? Remove(SnapshotCache.Kept before, uint[] uids, (int Removed, long ModSeq) change)
    {
        var left = before.Uids.Length - change.Removed;
        if (left < 0) return null;
        var (kept, sizes) = (new uint[left], new long[left]);
        ulong[] seen = before.Seen.Length == 0 ? [] : new ulong[SeenWords(left)];
        var count = 0;
        var next = 0;
        for (var at = 0; at < before.Uids.Length; at++)
        {
            while (next < uids.Length && uids[next] < before.Uids[at]) next++;
            if (next < uids.Length && uids[next] == before.Uids[at]) continue;
            if (count == left) return null;
            (kept[count], sizes[count]) = (before.Uids[at], before.Sizes[at]);
            if (seen.Length > 0 && IsSet(before.Seen, at)) Set(seen, count);
            count++;
        }

        return count == left ? new SnapshotCache.Kept(before.MailboxId, change.ModSeq, kept, sizes, seen) : null;
    }

    internal static int SeenWords(int messages) => (messages + 63) / 64;

    internal static void Set(ulong[] seen, int at) => seen[at / 64] |= 1UL << (at % 64);

    private static bool IsSet(ulong[] seen, int at) => (seen[at / 64] >> (at % 64) & 1) != 0;
}
