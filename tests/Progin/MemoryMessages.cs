using Merpati.Mail.Mailboxes;
using Merpati.Storage;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;

namespace Merpati.Progin.Tests;

/// <summary>Mailboxes in memory, which fail where a test wants them to.</summary>
internal sealed class MemoryMessages : IMessageStore
{
    public static readonly DateTimeOffset Arrival = new(2009, 5, 11, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, SortedList<uint, byte[]>> _mailboxes = [];
    private readonly HashSet<(long MailboxId, uint Uid)> _seen = [];

    /// <summary>How many octets a reader yields at once.</summary>
    public int PieceSize { get; set; } = 64 * 1024;

    public StoreFailure? OnSnapshot { get; set; }

    public StoreFailure? OnOpen { get; set; }

    public StoreFailure? OnMark { get; set; }

    /// <summary>Called before each piece is read, with the UID and the count of pieces that the reader has given.</summary>
    public Action<uint, int> BeforeRead { get; set; } = (_, _) => { };

    public int ReadersOpen { get; private set; }

    public void CreateMailbox(long mailboxId) => _mailboxes.Add(mailboxId, []);

    public void RemoveMailbox(long mailboxId) => _mailboxes.Remove(mailboxId);

    public bool Has(long mailboxId) => _mailboxes.ContainsKey(mailboxId);

    public uint Add(long mailboxId, byte[] octets)
    {
        lock (_gate)
        {
            var mailbox = _mailboxes[mailboxId];
            var uid = mailbox.Count == 0 ? 11 : mailbox.Keys[^1] + 2;
            mailbox.Add(uid, octets);
            return uid;
        }
    }

    public void Remove(long mailboxId, uint uid)
    {
        lock (_gate) _mailboxes[mailboxId].Remove(uid);
    }

    public byte[][] All(long mailboxId)
    {
        lock (_gate) return [.. _mailboxes[mailboxId].Values];
    }

    public uint[] SeenUids(long mailboxId)
    {
        lock (_gate) return [.. _mailboxes[mailboxId].Keys.Where(uid => _seen.Contains((mailboxId, uid)))];
    }

    public ValueTask<MailboxSnapshot?> ReadMailboxAsync(long mailboxId, CancellationToken cancellation)
    {
        Fail(OnSnapshot);
        lock (_gate)
        {
            if (!_mailboxes.TryGetValue(mailboxId, out var mailbox)) return new ValueTask<MailboxSnapshot?>((MailboxSnapshot?)null);
            ulong seen = 0;
            for (var i = 0; i < mailbox.Count && i < 64; i++) seen |= _seen.Contains((mailboxId, mailbox.Keys[i])) ? 1UL << i : 0;
            return new ValueTask<MailboxSnapshot?>(new MailboxSnapshot(1, [.. mailbox.Keys], [.. mailbox.Values.Select(octets => (long)octets.Length)]) { Seen = [seen] });
        }
    }

    public ValueTask<IMessageReader?> OpenMessageAsync(long mailboxId, uint uid, CancellationToken cancellation)
    {
        Fail(OnOpen);
        lock (_gate)
        {
            if (!_mailboxes.TryGetValue(mailboxId, out var mailbox) || !mailbox.TryGetValue(uid, out var octets)) return new ValueTask<IMessageReader?>((IMessageReader?)null);
            ReadersOpen++;
            return new ValueTask<IMessageReader?>(new Reader(this, mailboxId, uid, octets));
        }
    }

    public ValueTask<int> MarkSeenAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation)
    {
        Assert.NotEmpty(uids);
        Fail(OnMark);
        lock (_gate) return new ValueTask<int>(uids.Count(uid => _mailboxes[mailboxId].ContainsKey(uid) && _seen.Add((mailboxId, uid))));
    }

    public ValueTask<EntryRecord?> FindEntryAsync(long mailboxId, uint uid, CancellationToken cancellation) =>
        new(new EntryRecord(uid, 0, MessageFlags.None, 1, Arrival));

    public ValueTask<int> ExpungeAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<int> ExpireAsync(Retention byDefault, DateTimeOffset now, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<IAsyncDisposable?> TryLockMaildropAsync(long mailboxId, CancellationToken cancellation) => throw new NotSupportedException();

    public bool HasRoomFor(long octets) => throw new NotSupportedException();

    public ValueTask<AcceptOutcome> AcceptAsync(Acceptance acceptance, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<MailboxRecord>> ListMailboxesAsync(long accountId, CancellationToken cancellation) => throw new NotSupportedException();

    private static void Fail(StoreFailure? failure)
    {
        if (failure is { } kind) throw new StoreException(kind, $"the test wanted {kind}");
    }

    private sealed class Reader(MemoryMessages owner, long mailboxId, uint uid, byte[] octets) : IMessageReader
    {
        private int _at;
        private int _pieces;

        public long Size => octets.Length;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
        {
            owner.BeforeRead(uid, _pieces++);
            lock (owner._gate)
            {
                if (!owner._mailboxes[mailboxId].ContainsKey(uid)) throw new StoreException(StoreFailure.Gone, "removed meanwhile");
            }

            var piece = octets.AsMemory(_at, Math.Min(owner.PieceSize, octets.Length - _at));
            _at += piece.Length;
            return new ValueTask<ReadOnlyMemory<byte>>(piece);
        }

        public void Dispose() => owner.ReadersOpen--;
    }
}
