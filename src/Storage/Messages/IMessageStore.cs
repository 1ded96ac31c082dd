using Merpati.Mail.Mailboxes;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;
using Merpati.Storage.Queue;

namespace Merpati.Storage.Messages;

/// <summary>
/// Messages and the mailboxes they are in. A body is stored once, whatever the number of recipients. Every change is durable when its task
/// completes. No call holds a read transaction longer than itself. Safe for concurrent callers. Throws <see cref="StoreException"/>.
/// </summary>
public interface IMessageStore
{
    /// <summary>Whether the disk has room for <paramref name="octets"/> more besides the reserve that is kept for removals.</summary>
    bool HasRoomFor(long octets);

    /// <summary>
    /// Stores a message: the body once, one entry per delivery, in one transaction that concurrent acceptances share.
    /// For all of the mailboxes or for none: with any answer but <see cref="AcceptOutcome.Done"/> nothing was stored.
    /// </summary>
    ValueTask<AcceptOutcome> AcceptAsync(Acceptance acceptance, CancellationToken cancellation);

    /// <summary>What a mailbox holds now, ascending by UID, without reading any body; null when there is no such mailbox.</summary>
    ValueTask<MailboxSnapshot?> ReadMailboxAsync(long mailboxId, CancellationToken cancellation);

    /// <summary>The mailboxes of an account, the inbox first.</summary>
    ValueTask<IReadOnlyList<MailboxRecord>> ListMailboxesAsync(long accountId, CancellationToken cancellation);

    /// <summary>Opens one message for reading, its delivery trace on top; null when it is gone.</summary>
    ValueTask<IMessageReader?> OpenMessageAsync(long mailboxId, uint uid, CancellationToken cancellation);

    /// <summary>What is kept of one message besides its text; null when it is gone.</summary>
    ValueTask<EntryRecord?> FindEntryAsync(long mailboxId, uint uid, CancellationToken cancellation);

    /// <summary>
    /// Removes messages from a mailbox, all at once. UIDs that are not there are passed over; returns how many were removed.
    /// A body goes with its last entry, its room is given back in the background.
    /// </summary>
    ValueTask<int> ExpungeAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation);

    /// <summary>
    /// Marks messages as read, all at once. UIDs that are not there or are marked already are passed over; returns how many were marked. Each that
    /// was gets a new modification sequence.
    /// </summary>
    ValueTask<int> MarkSeenAsync(long mailboxId, IReadOnlyCollection<uint> uids, CancellationToken cancellation);

    /// <summary>
    /// Removes from all inboxes what has stayed there longer than their retention allows (<see cref="Retention"/>: the account's, else its domain's, else
    /// <paramref name="byDefault"/>), counted at <paramref name="now"/>, in small steps; returns how many messages were removed. A retention of 0 days removes
    /// nothing here: only the reader's session knows what was retrieved. A maildrop that a session of this process holds is left for the next time: its
    /// messages are not removed under the session (RFC 1939 §4).
    /// </summary>
    ValueTask<int> ExpireAsync(Retention byDefault, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>
    /// Takes the exclusive lock of a maildrop (RFC 1939 §4) for a session; null when another session has it. Disposing gives it back;
    /// it dies with the process.
    /// </summary>
    ValueTask<IAsyncDisposable?> TryLockMaildropAsync(long mailboxId, CancellationToken cancellation);
}

/// <summary>What came of an acceptance.</summary>
public enum AcceptOutcome
{
    /// <summary>Stored for every delivery, durably.</summary>
    Done,

    /// <summary>One of the mailboxes does not exist any more.</summary>
    MailboxGone,

    /// <summary>With the message, the account or the domain of a delivery that enforces quotas would hold more than it may.</summary>
    OverQuota,

    /// <summary>The message has been collected from its source before (<see cref="Acceptance.Collected"/>), or the source is gone.</summary>
    AlreadyCollected,
}

/// <summary>A message to be accepted.</summary>
/// <param name="Body">Its octets, trace fields of this host on top.</param>
/// <param name="Deliveries">Where it goes here; at least one unless there are sendings, no mailbox twice.</param>
/// <param name="ReceivedAt">The internal date of its entries.</param>
public sealed record Acceptance(IBodyContent Body, IReadOnlyList<LocalDelivery> Deliveries, DateTimeOffset ReceivedAt)
{
    /// <summary>
    /// Whether the caller, once answered, does little before it waits again, and never blocks: it may then go on on a thread of the store, which spares
    /// waking another one for it. False by default.
    /// </summary>
    public bool CallerIsPrompt { get; init; }

    /// <summary>What goes to other hosts: rows of the queue, made in the same transaction. With one of these, there need be no delivery here. None by default.</summary>
    public IReadOnlyList<NewSending> Sendings { get; init; } = [];

    /// <summary>Where the message was collected, noted in the same transaction; null when it came by itself.</summary>
    public CollectedMessage? Collected { get; init; }
}

/// <summary>One entry to be made.</summary>
/// <param name="MailboxId">The mailbox.</param>
/// <param name="Trace">Header fields of final delivery that stand on top of this entry alone, such as Return-Path, each with its CRLF.</param>
public readonly record struct LocalDelivery(long MailboxId, ReadOnlyMemory<byte> Trace)
{
    /// <summary>Whether the quotas of the mailbox's account and domain are held; judged within the transaction, with all that it stores.</summary>
    public bool EnforceQuota { get; init; }
}

/// <summary>Octets on their way into the store. Read by one thread at a time, possibly more than once.</summary>
public interface IBodyContent
{
    /// <summary>The octets in all.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on; the caller never asks beyond the end.</summary>
    void Read(long offset, Span<byte> destination);
}

/// <summary>A mailbox as it is kept.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name; INBOX for the maildrop.</param>
/// <param name="UidValidity">With a UID it names a message for ever (RFC 9051 §2.3.1.1).</param>
/// <param name="UidNext">The UID that the next message will get, or more.</param>
/// <param name="HighestModSeq">The highest modification sequence of its messages (RFC 7162 §3.1.2.1).</param>
/// <param name="Messages">How many messages it holds.</param>
/// <param name="Octets">Their sizes in all.</param>
public sealed record MailboxRecord(long Id, string Name, uint UidValidity, uint UidNext, long HighestModSeq, int Messages, long Octets);

/// <summary>What a mailbox held at one moment. UIDs and sizes may be shared with other callers: nobody changes them.</summary>
/// <param name="UidValidity">The mailbox's UIDVALIDITY.</param>
/// <param name="Uids">The UIDs, ascending.</param>
/// <param name="Sizes">The sizes in octets, in the same order, exactly as a reader will yield them.</param>
public sealed record MailboxSnapshot(uint UidValidity, uint[] Uids, long[] Sizes)
{
    /// <summary>Whether each message has been read: a bit each in the same order, 64 to a word, the lowest first. A word that is not there is 0.</summary>
    public ulong[] Seen { get; init; } = [];

    /// <summary>How long messages stay: what is set for the account, else for its domain; null when neither says.</summary>
    public Retention? Retention { get; init; }
}

/// <summary>One message in a mailbox, without its text.</summary>
/// <param name="Uid">Its UID.</param>
/// <param name="Size">Its octets.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="ModSeq">Its modification sequence.</param>
/// <param name="InternalDate">When it was received.</param>
public sealed record EntryRecord(uint Uid, long Size, MessageFlags Flags, long ModSeq, DateTimeOffset InternalDate);

/// <summary>Reads one message piece by piece; between the pieces it holds nothing open in the store. One caller at a time.</summary>
public interface IMessageReader : IDisposable
{
    /// <summary>The octets in all.</summary>
    long Size { get; }

    /// <summary>
    /// The next piece, at most 64 KiB or so; empty at the end. Valid until the next call. Throws <see cref="StoreException"/> when the message was
    /// removed meanwhile.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation);
}
