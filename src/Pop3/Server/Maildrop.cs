using System.Numerics;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;

namespace Merpati.Pop3.Server;

/// <summary>
/// The maildrop as it was at the login, under its lock, with the deletion marks of this session. Messages are named by an index from 0 on, one less
/// than their number in the protocol. It costs 12 octets and a bit per message; the totals are kept, never counted anew.
/// Disposing gives the lock back and removes nothing.
/// </summary>
internal sealed class Maildrop : IAsyncDisposable
{
    private const int MarksPerWord = 64;

    private readonly uint[] _uids;
    private readonly long[] _sizes;
    private readonly ulong[] _marks;
    private IAsyncDisposable? _lock;

    /// <summary>Opens what <paramref name="snapshot"/> holds; from now on this owns <paramref name="held"/>.</summary>
    public Maildrop(long mailboxId, MailboxSnapshot snapshot, IAsyncDisposable held)
    {
        MailboxId = mailboxId;
        UidValidity = snapshot.UidValidity;
        Retention = snapshot.Retention;
        _uids = snapshot.Uids;
        _sizes = snapshot.Sizes;
        _marks = new ulong[(_uids.Length + MarksPerWord - 1) / MarksPerWord];
        _lock = held;
        Reset();
    }

    /// <summary>The mailbox's number in the store.</summary>
    public long MailboxId { get; }

    /// <summary>The UIDVALIDITY, the first half of every unique-id.</summary>
    public uint UidValidity { get; }

    /// <summary>How long messages stay; null for what the configuration says.</summary>
    public Retention? Retention { get; }

    /// <summary>The messages there were at the login, marked ones included.</summary>
    public int Count => _uids.Length;

    /// <summary>The messages that are not marked.</summary>
    public int Messages { get; private set; }

    /// <summary>The octets of the messages that are not marked.</summary>
    public long Octets { get; private set; }

    /// <summary>The highest message number that RETR or DELE named since the login or RSET; 0 when none (RFC 1460 §5).</summary>
    public int HighestAccessed { get; private set; }

    /// <summary>The UID of a message.</summary>
    public uint Uid(int index) => _uids[index];

    /// <summary>The octets of a message.</summary>
    public long Size(int index) => _sizes[index];

    /// <summary>Whether a message is marked as deleted.</summary>
    public bool IsMarked(int index) => (_marks[index / MarksPerWord] & (1UL << (index % MarksPerWord))) != 0;

    /// <summary>Marks a message that is not marked.</summary>
    public void Mark(int index)
    {
        _marks[index / MarksPerWord] |= 1UL << (index % MarksPerWord);
        Messages--;
        Octets -= _sizes[index];
        Access(index);
    }

    /// <summary>Notes that a message has been read or marked.</summary>
    public void Access(int index) => HighestAccessed = Math.Max(HighestAccessed, index + 1);

    /// <summary>Takes every mark away and forgets what was accessed.</summary>
    public void Reset()
    {
        Array.Clear(_marks);
        HighestAccessed = 0;
        Messages = _uids.Length;
        Octets = 0;
        foreach (var size in _sizes) Octets += size;
    }

    /// <summary>The UIDs of the marked messages, ascending.</summary>
    public uint[] MarkedUids()
    {
        var marked = new uint[Count - Messages];
        var next = 0;
        for (var word = 0; word < _marks.Length; word++)
        {
            for (var bits = _marks[word]; bits != 0; bits &= bits - 1)
            {
                marked[next++] = _uids[word * MarksPerWord + BitOperations.TrailingZeroCount(bits)];
            }
        }

        return marked;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_lock is not { } held) return;
        _lock = null;
        await held.DisposeAsync();
    }
}
