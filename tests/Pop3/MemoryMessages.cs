using System.Text;
using Merpati.Storage;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;

namespace Merpati.Pop3.Tests;

/// <summary>Mailboxes in memory, which fail where a test wants them to.</summary>
internal sealed class MemoryMessages : IMessageStore
{
    public const uint UidValidity = 1764000000;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, SortedList<uint, byte[]>> _mailboxes = [];
    private readonly HashSet<(long MailboxId, uint Uid)> _seen = [];
    private readonly HashSet<long> _locked = [];

    /// <summary>How many octets a reader yields at once.</summary>
    public int PieceSize { get; set; } = 64 * 1024;

    public StoreFailure? OnLock { get; set; }

    public StoreFailure? OnSnapshot { get; set; }

    public StoreFailure? OnOpen { get; set; }

    public StoreFailure? OnRead { get; set; }

    public StoreFailure? OnExpunge { get; set; }

    public StoreFailure? OnMark { get; set; }

    /// <summary>What is set for every mailbox.</summary>
    public Retention? Retention { get; set; }

    /// <summary>Called before each piece is read, with the count of pieces that the reader has given.</summary>
    public Action<int> BeforeRead { get; set; } = _ => { };

    /// <summary>Awaited before a maildrop is locked.</summary>
    public Task BeforeLock { get; set; } = Task.CompletedTask;

    /// <summary>Awaited before messages are removed.</summary>
    public Task BeforeExpunge { get; set; } = Task.CompletedTask;

    /// <summary>A reader says that its message is so much longer than it is.</summary>
    public int SizeLie { get; set; }

    public int Opened { get; private set; }

    public int ReadersOpen { get; private set; }

    public int Expunges { get; private set; }

    public int Marks { get; private set; }

    public bool IsLocked(long mailboxId)
    {
        lock (_gate) return _locked.Contains(mailboxId);
    }

    public void CreateMailbox(long mailboxId) => _mailboxes.Add(mailboxId, []);

    public void RemoveMailbox(long mailboxId) => _mailboxes.Remove(mailboxId);

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

    public uint Add(long mailboxId, string text) => Add(mailboxId, Encoding.Latin1.GetBytes(text));

    public void Remove(long mailboxId, uint uid)
    {
        lock (_gate) _mailboxes[mailboxId].Remove(uid);
    }

    public uint[] Uids(long mailboxId)
    {
        lock (_gate) return [.. _mailboxes[mailboxId].Keys];
    }

    /// <summary>Notes that a message has been read.</summary>
    public void See(long mailboxId, uint uid)
    {
        lock (_gate) _seen.Add((mailboxId, uid));
    }

    /// <summary>The messages that have been read.</summary>
    public uint[] SeenUids(long mailboxId)
    {
        lock (_gate) return [.. Uids(mailboxId).Where(uid => _seen.Contains((mailboxId, uid)))];
    }

    public ValueTask<MailboxSnapshot?> ReadMailboxAsync(long mailboxId, CancellationToken cancellation)
    {
        Fail(OnSnapshot);
        lock (_gate)
        {
            if (!_mailboxes.TryGetValue(mailboxId, out var mailbox)) return new ValueTask<MailboxSnapshot?>((MailboxSnapshot?)null);
            var snapshot = new MailboxSnapshot(UidValidity, [.. mailbox.Keys], [.. mailbox.Values.Select(octets => (long)octets.Length)])
            {
                Seen = SeenWords(mailboxId, mailbox.Keys),
                Retention = Retention,
            };
            return new ValueTask<MailboxSnapshot?>(snapshot);
        }
    }

    public ValueTask<IMessageReader?> OpenMessageAsync(long mailboxId, uint uid, CancellationToken cancellation)
    {
        Fail(OnOpen);
        lock (_gate)
        {
            if (!_mailboxes.TryGetValue(mailboxId, out var mailbox) || !mailbox.TryGetValue(uid, out var octets)) return new ValueTask<IMessageReader?>((IMessageReader?)null);
            Opened++;
            ReadersOpen++;
            return new ValueTask<IMessageReader?>(new Reader(this, mailboxId, uid, octets));
        }
    }

    public async ValueTask<int> ExpungeAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation)
    {
        Expunges++;
        await BeforeExpunge;
        Fail(OnExpunge);
        lock (_gate) return _mailboxes.TryGetValue(mailboxId, out var mailbox) ? uids.Count(mailbox.Remove) : 0;
    }

    public ValueTask<int> MarkSeenAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation)
    {
        Assert.True(IsLocked(mailboxId), "marked without the lock");
        Assert.NotEmpty(uids);
        Marks++;
        Fail(OnMark);
        lock (_gate)
        {
            if (!_mailboxes.TryGetValue(mailboxId, out var mailbox)) return new ValueTask<int>(0);
            return new ValueTask<int>(uids.Count(uid => mailbox.ContainsKey(uid) && _seen.Add((mailboxId, uid))));
        }
    }

    public ValueTask<int> ExpireAsync(Retention byDefault, DateTimeOffset now, CancellationToken cancellation) => throw new NotSupportedException();

    public async ValueTask<IAsyncDisposable?> TryLockMaildropAsync(long mailboxId, CancellationToken cancellation)
    {
        await BeforeLock;
        Fail(OnLock);
        lock (_gate) return _locked.Add(mailboxId) ? new MaildropLock(this, mailboxId) : null;
    }

    public bool HasRoomFor(long octets) => throw new NotSupportedException();

    public ValueTask<AcceptOutcome> AcceptAsync(Acceptance acceptance, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<MailboxRecord>> ListMailboxesAsync(long accountId, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<EntryRecord?> FindEntryAsync(long mailboxId, uint uid, CancellationToken cancellation) => throw new NotSupportedException();

    // As few words as hold the highest bit.
    private ulong[] SeenWords(long mailboxId, IList<uint> uids)
    {
        var words = new List<ulong>();
        for (var index = 0; index < uids.Count; index++)
        {
            if (!_seen.Contains((mailboxId, uids[index]))) continue;
            while (words.Count <= index / 64) words.Add(0);
            words[^1] |= 1UL << (index % 64);
        }

        return [.. words];
    }

    private static void Fail(StoreFailure? failure)
    {
        if (failure is { } kind) throw new StoreException(kind, $"the test wanted {kind}");
    }

    private sealed class MaildropLock(MemoryMessages owner, long mailboxId) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            lock (owner._gate) Assert.True(owner._locked.Remove(mailboxId), "the lock was given back twice");
            return default;
        }
    }

    private sealed class Reader(MemoryMessages owner, long mailboxId, uint uid, byte[] octets) : IMessageReader
    {
        private int _at;
        private int _pieces;

        public long Size => octets.Length + owner.SizeLie;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
        {
            owner.BeforeRead(_pieces++);
            Fail(owner.OnRead);
            lock (owner._gate)
            {
                if (!owner._mailboxes.TryGetValue(mailboxId, out var mailbox) || !mailbox.ContainsKey(uid)) throw new StoreException(StoreFailure.Gone, "removed meanwhile");
            }

            var piece = octets.AsMemory(_at, Math.Min(owner.PieceSize, octets.Length - _at));
            _at += piece.Length;
            return new ValueTask<ReadOnlyMemory<byte>>(piece);
        }

        public void Dispose() => owner.ReadersOpen--;
    }
}
