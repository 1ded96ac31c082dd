using System.Numerics;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;

namespace Merpati.Pop3.Server;

/// <summary>
/// The maildrop as it was at the login, under its lock, with what this session did: what it has marked as deleted and what it has read. Messages are named by
/// an index from 0 on, one less than their number in the protocol. It costs 12 octets and a few bits per message; the totals are kept, never counted anew.
/// Disposing gives the lock back and removes nothing.
/// </summary>
internal sealed class Maildrop : IAsyncDisposable
{
    private readonly uint[] _uids;
    private readonly long[] _sizes;
    private readonly MessageBits _seen;
    private readonly int _highestSeen;
    private MessageBits _marked;
    private MessageBits _read; // by RETR in this session and never before
    private MessageBits _retrieved; // since the last RSET, where retention is 0
    private IAsyncDisposable? _lock;

    /// <summary>Opens what <paramref name="snapshot"/> holds, under the retention that is in force for it; from now on this owns <paramref name="held"/>.</summary>
    public Maildrop(long mailboxId, MailboxSnapshot snapshot, IAsyncDisposable held, Retention retention)
    {
        MailboxId = mailboxId;
        UidValidity = snapshot.UidValidity;
        Retention = retention;
        _uids = snapshot.Uids;
        _sizes = snapshot.Sizes;
        _seen = new MessageBits(snapshot.Seen);
        _highestSeen = _seen.Highest(_uids.Length);
        _lock = held;
        Reset();
    }

    /// <summary>The mailbox's number in the store.</summary>
    public long MailboxId { get; }

    /// <summary>The UIDVALIDITY, the first half of every unique-id.</summary>
    public uint UidValidity { get; }

    /// <summary>How long messages stay. With 0 days, those that were retrieved leave at QUIT (RFC 2449 §6.7).</summary>
    public Retention Retention { get; }

    /// <summary>The messages there were at the login, marked ones included.</summary>
    public int Count => _uids.Length;

    /// <summary>The messages that are not marked.</summary>
    public int Messages { get; private set; }

    /// <summary>The octets of the messages that are not marked.</summary>
    public long Octets { get; private set; }

    /// <summary>
    /// The highest message number that RETR or DELE named since the login or RSET, or that was read in a session before; 0 when none (RFC 1460 §5).
    /// </summary>
    public int HighestAccessed { get; private set; }

    /// <summary>The UID of a message.</summary>
    public uint Uid(int index) => _uids[index];

    /// <summary>The octets of a message.</summary>
    public long Size(int index) => _sizes[index];

    /// <summary>Whether a message is marked as deleted.</summary>
    public bool IsMarked(int index) => _marked[index];

    /// <summary>Marks a message that is not marked.</summary>
    public void Mark(int index)
    {
        _marked.Set(index, Count);
        Messages--;
        Octets -= _sizes[index];
        HighestAccessed = Math.Max(HighestAccessed, index + 1);
    }

    /// <summary>Notes that RETR has sent a message to its end.</summary>
    public void Retrieve(int index)
    {
        if (!_seen[index]) _read.Set(index, Count);
        if (Retention.Days == 0) _retrieved.Set(index, Count);
        HighestAccessed = Math.Max(HighestAccessed, index + 1);
    }

    /// <summary>Takes every mark away, and forgets what was accessed but not that it was read.</summary>
    public void Reset()
    {
        _marked.Clear();
        _retrieved.Clear();
        HighestAccessed = _highestSeen;
        Messages = _uids.Length;
        Octets = 0;
        foreach (var size in _sizes) Octets += size;
    }

    /// <summary>The UIDs of the messages that QUIT removes, ascending.</summary>
    public uint[] UidsLeaving() => Collect(Leaving);

    /// <summary>The UIDs of the messages that this session was the first to read and that QUIT does not remove, ascending; they are forgotten as read.</summary>
    public uint[] TakeReadStaying() => Take(word => _read.Word(word) & ~Leaving(word));

    /// <summary>The UIDs of all messages that this session was the first to read, ascending; they are forgotten as read.</summary>
    public uint[] TakeRead() => Take(word => _read.Word(word));

    /// <summary>Forgets what was read.</summary>
    public void ForgetRead() => _read.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_lock is not { } held) return;
        _lock = null;
        await held.DisposeAsync();
    }

    private ulong Leaving(int word) => _marked.Word(word) | _retrieved.Word(word);

    private uint[] Take(Func<int, ulong> bitsOf)
    {
        var taken = Collect(bitsOf);
        if (taken.Length == 0) return taken;
        for (var word = 0; word * MessageBits.PerWord < Count; word++) _read.Clear(word, bitsOf(word));
        return taken;
    }

    private uint[] Collect(Func<int, ulong> bitsOf)
    {
        var count = 0;
        for (var word = 0; word * MessageBits.PerWord < Count; word++) count += BitOperations.PopCount(bitsOf(word));
        if (count == 0) return [];
        var uids = new uint[count];
        var next = 0;
        for (var word = 0; next < count; word++)
        {
            for (var bits = bitsOf(word); bits != 0; bits &= bits - 1) uids[next++] = _uids[word * MessageBits.PerWord + BitOperations.TrailingZeroCount(bits)];
        }

        return uids;
    }
}
