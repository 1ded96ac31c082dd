using Merpati.Storage.Addressing;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Reading;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>
/// Removes what has stayed in an inbox longer than it may. What is to go is looked for on a connection for reading, through the whole inbox: internal
/// dates may be in any order, and an index of them would be a page in the commit of every delivery. The writer only gets some hundred UIDs at a time.
/// </summary>
internal sealed class Expiry
{
    private const int MailboxesAtOnce = 1000;
    private const int MessagesAtOnce = 250;
    private const long DayMilliseconds = 86_400_000;

    private const string Keeping =
        "SELECT m.id, coalesce(a.keep_days, d.keep_days, ?2), m.messages FROM mailbox m JOIN account a ON a.id = m.account_id JOIN domain d ON d.id = a.domain_id ";

    private const string Inboxes = Keeping + "WHERE m.id > ?1 AND m.name = 'INBOX' ORDER BY m.id LIMIT ?3";
    private const string OneInbox = Keeping + "WHERE m.id = ?1";
    private const string Old = "SELECT uid FROM entry WHERE mailbox_id = ?1 AND uid > ?2 AND internal_date < ?3 ORDER BY uid LIMIT ?4";

    private readonly ReaderPool _readers;
    private readonly Writer _writer;
    private readonly MaildropLocks _locks;

    internal Expiry(ReaderPool readers, Writer writer, MaildropLocks locks)
    {
        _readers = readers;
        _writer = writer;
        _locks = locks;
    }

    internal async ValueTask<int> RunAsync(Retention byDefault, DateTimeOffset now, CancellationToken cancellation)
    {
        var removed = 0;
        for (long after = 0; ;)
        {
            var part = await _readers.ReadLongAsync((after, byDefault), List, cancellation);
            foreach (var inbox in part.Keeping) removed += await EmptyAsync(inbox, byDefault, now.ToUnixTimeMilliseconds(), cancellation);
            if (part.Last is not { } last) return removed;
            after = last;
        }
    }

    private async ValueTask<int> EmptyAsync(Inbox inbox, Retention byDefault, long now, CancellationToken cancellation)
    {
        var before = now - (inbox.Days * DayMilliseconds);
        var removed = 0;
        for (long after = 0; !_locks.IsHeld(inbox.Id);)
        {
            var uids = await _readers.ReadLongAsync((inbox.Id, after, before), FindOld, cancellation);
            if (uids.Length == 0) break;
            removed += await _writer.MakeAsync(new SmallChange<int>(transaction => Remove(transaction, inbox, byDefault, uids)), cancellation);
            if (uids.Length < MessagesAtOnce) break;
            after = uids[^1];
        }

        return removed;
    }

    // What is kept longer from now on stays, although it was found old before.
    private int Remove(WriteTransaction transaction, Inbox inbox, Retention byDefault, ReadOnlySpan<uint> uids)
    {
        if (_locks.IsHeld(inbox.Id)) return 0;
        using (var row = transaction.Database.Use(OneInbox).Bind(1, inbox.Id).Bind(2, byDefault.Days))
        {
            if (!row.Step() || row.Int64(1) != inbox.Days) return 0;
        }

        return Expunge.Run(transaction, inbox.Id, uids).Removed;
    }

    // Those of a part of all inboxes from which something may go; Last is null when there are no more.
    private static (List<Inbox> Keeping, long? Last) List(Database database, (long After, Retention ByDefault) part)
    {
        var keeping = new List<Inbox>();
        var count = 0;
        long last = 0;
        using var row = database.Use(Inboxes).Bind(1, part.After).Bind(2, part.ByDefault.Days).Bind(3, MailboxesAtOnce);
        while (row.Step())
        {
            count++;
            last = row.Int64(0);
            var days = row.Int64(1);
            if (days > 0 && days != Retention.Forever.Days && row.Int64(2) > 0) keeping.Add(new Inbox(last, days));
        }

        return (keeping, count == MailboxesAtOnce ? last : null);
    }

    private static uint[] FindOld(Database database, (long MailboxId, long After, long Before) part)
    {
        var uids = new uint[MessagesAtOnce];
        var count = 0;
        using var row = database.Use(Old).Bind(1, part.MailboxId).Bind(2, part.After).Bind(3, part.Before).Bind(4, MessagesAtOnce);
        while (row.Step()) uids[count++] = (uint)row.Int64(0);
        return uids[..count];
    }

    private readonly record struct Inbox(long Id, long Days);
}
