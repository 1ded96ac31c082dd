using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Messages;

namespace Merpati.Storage.Queue;

/// <summary>How an attempt for one recipient ended.</summary>
public enum AttemptOutcome
{
    /// <summary>The next host has taken it.</summary>
    Delivered,

    /// <summary>It will be tried again.</summary>
    Deferred,

    /// <summary>It will not be tried again.</summary>
    Failed,
}

/// <summary>The result for one claimed recipient.</summary>
/// <param name="RecipientId">Which.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Report">What happened, for the administrator and for notices.</param>
/// <param name="DueAt">When it is due again; for what was deferred.</param>
/// <param name="TellsDelay">Whether one of the notices tells the sender of its delay.</param>
public sealed record RecipientResult(long RecipientId, AttemptOutcome Outcome, AttemptReport Report, DateTimeOffset DueAt = default, bool TellsDelay = false);

/// <summary>What happened in an attempt.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Host">The next host's name; empty when none was found.</param>
/// <param name="Address">Its address and port; empty when there was no connection.</param>
/// <param name="Tls">The version of TLS and the cipher suite; empty without TLS.</param>
/// <param name="Reply">The host's reply in full, its lines joined by LF, at most 4,000 characters; or what went wrong before one.</param>
/// <param name="Status">The enhanced code that goes with it, the host's own where it gave one.</param>
public sealed record AttemptReport(DateTimeOffset At, string Host, string Address, string Tls, string Reply, string Status);

/// <summary>The results of one attempt, and what they cause.</summary>
/// <param name="Results">For each claimed recipient that is settled.</param>
/// <param name="Notices">Notices to be accepted with them: their mailbox entries and sendings.</param>
public sealed record Settlement(IReadOnlyList<RecipientResult> Results, IReadOnlyList<Acceptance> Notices);

/// <summary>An attempt as it is kept.</summary>
/// <param name="RecipientId">For which recipient.</param>
/// <param name="Recipient">Its address.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Report">What happened.</param>
public sealed record AttemptRecord(long RecipientId, EmailAddress Recipient, AttemptOutcome Outcome, AttemptReport Report);

/// <summary>How a recipient in the queue stands.</summary>
public enum QueueState
{
    /// <summary>It waits until it is due.</summary>
    Waiting,

    /// <summary>It is being tried.</summary>
    Claimed,

    /// <summary>An administrator has stopped it.</summary>
    Held,
}

/// <summary>One recipient in the queue.</summary>
/// <param name="RecipientId">Its number.</param>
/// <param name="Id">The message's name.</param>
/// <param name="ReversePath">Its sender.</param>
/// <param name="Recipient">The address.</param>
/// <param name="Destination">Under which it is scheduled.</param>
/// <param name="State">How it stands.</param>
/// <param name="Size">The message's octets.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="DueAt">When it is due; of a claimed one, when its lease ends.</param>
/// <param name="Attempts">How many attempts there were.</param>
/// <param name="LastReply">The last attempt's reply; empty when there was none.</param>
public sealed record QueueEntry(
    long RecipientId, QueueId Id, MailPath ReversePath, EmailAddress Recipient, string Destination, QueueState State, long Size,
    DateTimeOffset AcceptedAt, DateTimeOffset DueAt, int Attempts, string LastReply);

/// <summary>How much waits for a destination with the same last reply.</summary>
/// <param name="Destination">The destination.</param>
/// <param name="LastReply">The last reply; empty where nothing was tried yet.</param>
/// <param name="Recipients">How many recipients.</param>
/// <param name="Oldest">When the oldest was accepted.</param>
public sealed record QueueCount(string Destination, string LastReply, int Recipients, DateTimeOffset Oldest);

/// <summary>How much has a destination.</summary>
/// <param name="Destination">Its name.</param>
/// <param name="Recipients">How many recipients, in any state.</param>
public sealed record DestinationCount(string Destination, int Recipients);

/// <summary>Which recipients in the queue; what is null does not narrow.</summary>
public sealed record QueueFilter
{
    /// <summary>Of this message.</summary>
    public QueueId? Id { get; init; }

    /// <summary>From this sender; the null path for notices.</summary>
    public MailPath? ReversePath { get; init; }

    /// <summary>To this address.</summary>
    public EmailAddress? Recipient { get; init; }

    /// <summary>Of this destination.</summary>
    public string? Destination { get; init; }

    /// <summary>In this state.</summary>
    public QueueState? State { get; init; }

    /// <summary>Accepted before then.</summary>
    public DateTimeOffset? AcceptedBefore { get; init; }
}

/// <summary>What an administrator does to recipients in the queue.</summary>
public enum QueueChange
{
    /// <summary>Stops waiting ones.</summary>
    Hold,

    /// <summary>Lets stopped ones go on, due at once.</summary>
    Release,

    /// <summary>Makes waiting ones due at once.</summary>
    Retry,

    /// <summary>Takes waiting and stopped ones out, without a word to the sender.</summary>
    Remove,
}
