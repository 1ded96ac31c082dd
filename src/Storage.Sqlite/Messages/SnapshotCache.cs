namespace Merpati.Storage.Sqlite.Messages;

/// <summary>
/// The last snapshots of large mailboxes, for their readers look every few minutes and mostly find what they found before. Every change to the entries of a
/// mailbox, by whatever process, raises its highest modification sequence in the same transaction, and no number of a mailbox is used twice: a snapshot
/// is right for as long as that sequence is the one it was read with. Memory is bounded: 12 octets for each of so many messages in all.
/// </summary>
internal sealed class SnapshotCache
{
    /// <summary>From how many messages on a mailbox is worth it; a smaller one is read in less than a millisecond.</summary>
    internal const int FewMessages = 4096;

    private const int MostMessages = 1 << 20;

    private readonly Lock _gate = new();
    private readonly List<Kept> _kept = []; // the one asked for last at the end
    private readonly int _from;
    private long _messages;

    internal SnapshotCache(int from) => _from = from;

    /// <summary>What is kept of a mailbox; null when nothing is.</summary>
    internal Kept? Find(long mailboxId)
    {
        lock (_gate)
        {
            var at = _kept.FindIndex(kept => kept.MailboxId == mailboxId);
            if (at < 0) return null;
            var found = _kept[at];
            _kept.RemoveAt(at);
            _kept.Add(found);
            return found;
        }
    }

    /// <summary>Keeps a snapshot in place of an earlier one of the same mailbox, unless it is too small or too large.</summary>
    internal void Put(Kept snapshot)
    {
        lock (_gate)
        {
            if (_kept.FindIndex(kept => kept.MailboxId == snapshot.MailboxId) is >= 0 and var at) Remove(at);
            if (snapshot.Uids.Length < _from || snapshot.Uids.Length > MostMessages) return;
            _kept.Add(snapshot);
            _messages += snapshot.Uids.Length;
            while (_messages > MostMessages) Remove(0);
        }
    }

    /// <summary>
    /// Replaces what is kept of a mailbox by what a change of ours, durable now, has made of it: the one change that led to <paramref name="modSeq"/>. Nothing
    /// happens when what is kept is not what was there before it.
    /// </summary>
    internal void Advance(long mailboxId, long modSeq, Func<Kept, Kept?> change)
    {
        if (Find(mailboxId) is { } before && before.HighestModSeq == modSeq - 1 && change(before) is { } after) Put(after);
    }

    private void Remove(int at)
    {
        _messages -= _kept[at].Uids.Length;
        _kept.RemoveAt(at);
    }

    /// <summary>What a mailbox held; nobody changes its arrays.</summary>
    /// <param name="MailboxId">The mailbox.</param>
    /// <param name="HighestModSeq">Its highest modification sequence then.</param>
    /// <param name="Uids">The UIDs.</param>
    /// <param name="Sizes">The sizes.</param>
    /// <param name="Seen">Which of them are seen; room for all, or none at all.</param>
    internal sealed record Kept(long MailboxId, long HighestModSeq, uint[] Uids, long[] Sizes, ulong[] Seen);
}
