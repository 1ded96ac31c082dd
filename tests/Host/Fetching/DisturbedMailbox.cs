using Merpati.Storage;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;

namespace Merpati.Host.Tests.Fetching;

/// <summary>A mailbox that can only be read, from which somebody else removes messages meanwhile. The first has UID 1; null is one that is gone.</summary>
internal sealed class DisturbedMailbox : IMessageStore
{
    private readonly byte[]?[] _messages;

    public DisturbedMailbox(params byte[]?[] messages) => _messages = messages;

    /// <summary>The UID of the message that is removed when half of it has been read; 0 for none.</summary>
    public uint RemovedInTheMiddle { get; init; }

    public ValueTask<IMessageReader?> OpenMessageAsync(long mailboxId, uint uid, CancellationToken cancellation) => new(_messages[uid - 1] is null ? null : new Reader(this, uid));

    public ValueTask<EntryRecord?> FindEntryAsync(long mailboxId, uint uid, CancellationToken cancellation) => throw new NotSupportedException();

    public bool HasRoomFor(long octets) => throw new NotSupportedException();

    public ValueTask<AcceptOutcome> AcceptAsync(Acceptance acceptance, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<MailboxSnapshot?> ReadMailboxAsync(long mailboxId, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<MailboxRecord>> ListMailboxesAsync(long accountId, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<int> ExpungeAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<int> MarkSeenAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<int> ExpireAsync(Retention byDefault, DateTimeOffset now, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<IAsyncDisposable?> TryLockMaildropAsync(long mailboxId, CancellationToken cancellation) => throw new NotSupportedException();

    private sealed class Reader : IMessageReader
    {
        private readonly byte[] _octets;
        private readonly bool _isRemoved;
        private int _at;

        public Reader(DisturbedMailbox mailbox, uint uid)
        {
            _octets = mailbox._messages[uid - 1]!;
            _isRemoved = mailbox.RemovedInTheMiddle == uid;
        }

        public long Size => _octets.Length;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
        {
            if (_isRemoved && _at > 0) throw new StoreException(StoreFailure.Gone, "the message was removed meanwhile");
            var piece = _octets.AsMemory(_at, Math.Min((_octets.Length + 1) / 2, _octets.Length - _at));
            _at += piece.Length;
            return new(piece);
        }

        public void Dispose()
        {
            // nothing is held
        }
    }
}
