using Merpati.Mail.Mailboxes;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Files;
using Merpati.Storage.Sqlite.Reading;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Messages and mailboxes in SQLite.</summary>
internal sealed class SqliteMessageStore : IMessageStore
{
    private const string Mailboxes =
        "SELECT id, name, uid_validity, uid_next, highest_modseq, messages, octets FROM mailbox WHERE account_id = ?1 ORDER BY name <> 'INBOX', name";

    private const string Entry = """
        SELECT size, flags, modseq, internal_date FROM entry
        WHERE mailbox_id = ?1 AND uid = ?2 AND EXISTS (SELECT 1 FROM mailbox WHERE id = ?1)
        """;

    private const int RowsAtOnce = 500;

    private readonly ReaderPool _readers;
    private readonly Writer _writer;
    private readonly DiskRoom _room;
    private readonly MaildropLocks _locks = new();
    private readonly SnapshotCache _snapshots;
    private readonly Expiry _expiry;

    internal SqliteMessageStore(ReaderPool readers, Writer writer, DiskRoom room, SnapshotCache snapshots)
    {
        _readers = readers;
        _writer = writer;
        _room = room;
        _snapshots = snapshots;
        _expiry = new Expiry(readers, writer, _locks);
    }

    public bool HasRoomFor(long octets) => _room.Holds(octets);

    public ValueTask<AcceptOutcome> AcceptAsync(Acceptance acceptance, CancellationToken cancellation)
    {
        AcceptChange.Check(acceptance);
        var change = new AcceptChange(acceptance);
        if (!_room.Holds(change.Octets)) throw new StoreException(StoreFailure.NoSpace, "the disk of the store is full up to the reserve that is kept for removals");
        return new ValueTask<AcceptOutcome>(_writer.MakeAsync(change, cancellation));
    }

    public async ValueTask<MailboxSnapshot?> ReadMailboxAsync(long mailboxId, CancellationToken cancellation)
    {
        // Another thread costs as much as a few hundred rows.
        var snapshot = await _readers.ReadAsync((mailboxId, _snapshots, RowsAtOnce), MailboxListing.Read, cancellation);
        if (!ReferenceEquals(snapshot, MailboxListing.TooLong)) return snapshot;
        return await _readers.ReadLongAsync((mailboxId, _snapshots, int.MaxValue), MailboxListing.Read, cancellation);
    }

    public ValueTask<IReadOnlyList<MailboxRecord>> ListMailboxesAsync(long accountId, CancellationToken cancellation) =>
        _readers.ReadAsync(accountId, ListMailboxes, cancellation);

    public ValueTask<IMessageReader?> OpenMessageAsync(long mailboxId, uint uid, CancellationToken cancellation) =>
        _readers.ReadAsync((_readers, BodyHolder.Entry(mailboxId, uid)), MessageReader.Open, cancellation);

    public ValueTask<EntryRecord?> FindEntryAsync(long mailboxId, uint uid, CancellationToken cancellation) =>
        _readers.ReadAsync((mailboxId, uid), FindEntry, cancellation);

    public async ValueTask<int> ExpungeAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(uids);
        if (uids.Count == 0) return 0;
        var sorted = Sort(uids);
        var change = await _writer.MakeAsync(new SmallChange<(int Removed, long ModSeq)>(transaction => Expunge.Run(transaction, mailboxId, sorted)), cancellation);
        if (change.Removed > 0) _snapshots.Advance(mailboxId, change.ModSeq, before => SnapshotChanges.Remove(before, sorted, change));
        return change.Removed;
    }

    public async ValueTask<int> MarkSeenAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(uids);
        if (uids.Count == 0) return 0;
        var sorted = Sort(uids);
        var (marked, modSeq) = await _writer.MakeAsync(new SmallChange<(int, long)>(transaction => SeenMarks.Set(transaction, mailboxId, sorted)), cancellation);
        if (marked > 0) _snapshots.Advance(mailboxId, modSeq, before => SnapshotChanges.Mark(before, sorted, modSeq));
        return marked;
    }

    public ValueTask<int> ExpireAsync(Retention byDefault, DateTimeOffset now, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byDefault.Days);
        return _expiry.RunAsync(byDefault, now, cancellation);
    }

    public ValueTask<IAsyncDisposable?> TryLockMaildropAsync(long mailboxId, CancellationToken cancellation) => new(_locks.TryTake(mailboxId));

    private static uint[] Sort(IReadOnlyCollection<uint> uids)
    {
        var sorted = uids.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private static IReadOnlyList<MailboxRecord> ListMailboxes(Database database, long accountId)
    {
        var mailboxes = new List<MailboxRecord>();
        using var row = database.Use(Mailboxes).Bind(1, accountId);
        while (row.Step())
        {
            mailboxes.Add(new MailboxRecord(row.Int64(0), row.Text(1), (uint)row.Int64(2), (uint)row.Int64(3), row.Int64(4), (int)row.Int64(5), row.Int64(6)));
        }

        return mailboxes;
    }

    private static EntryRecord? FindEntry(Database database, (long MailboxId, uint Uid) key)
    {
        using var row = database.Use(Entry).Bind(1, key.MailboxId).Bind(2, key.Uid);
        if (!row.Step()) return null;
        return new EntryRecord(key.Uid, row.Int64(0), (MessageFlags)row.Int64(1), row.Int64(2), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3)));
    }
}
