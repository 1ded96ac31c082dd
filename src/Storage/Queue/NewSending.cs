using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Storage.Queue;

/// <summary>
/// A message on its way to other hosts: to be put into the queue by the acceptance that stores its body. One body may have several sendings, which
/// differ in their trace or their reverse-path.
/// </summary>
/// <param name="Id">The message's name in replies and logs.</param>
/// <param name="ReversePath">Where notices go.</param>
/// <param name="Recipients">To whom; at least one.</param>
public sealed record NewSending(QueueId Id, MailPath ReversePath, IReadOnlyList<NewQueuedRecipient> Recipients)
{
    /// <summary>Header fields on top of the body for these recipients alone, such as List-Id, each with its CRLF.</summary>
    public ReadOnlyMemory<byte> Trace { get; init; }

    /// <summary>What was declared of the body.</summary>
    public BodyType Body { get; init; }

    /// <summary>Whether it needs SMTPUTF8.</summary>
    public bool IsInternationalized { get; init; }

    /// <summary>How much of it a notice of failure brings back.</summary>
    public ReturnContent Return { get; init; }

    /// <summary>The sender's own name for this sending; null when not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>Whether the body has octets above 127, whatever was declared.</summary>
    public bool HasEightBit { get; init; }

    /// <summary>For how long its recipients count as due already when it is accepted: they are claimed before others that came since then. Zero by default.</summary>
    public TimeSpan Ahead { get; init; }
}

/// <summary>A recipient to be put into the queue.</summary>
/// <param name="Address">The address, of another host.</param>
/// <param name="Destination">Under which it is scheduled: the domain's name, or the name of a route.</param>
/// <param name="Notices">What the sender wants to be told; null when nothing was said.</param>
public sealed record NewQueuedRecipient(EmailAddress Address, string Destination, RecipientNotices? Notices);

/// <summary>A destination with something to do.</summary>
/// <param name="Destination">Its name.</param>
/// <param name="Since">Since when its first recipient is due.</param>
public sealed record DueDestination(string Destination, DateTimeOffset Since);

/// <summary>What a worker wants to claim.</summary>
/// <param name="Destination">For which destination.</param>
/// <param name="Now">What is due by then.</param>
/// <param name="LeaseEnds">Until when it will be done with it, or prolong.</param>
/// <param name="MaxSendings">The most messages.</param>
/// <param name="MaxRecipients">The most recipients of one message.</param>
public sealed record ClaimRequest(string Destination, DateTimeOffset Now, DateTimeOffset LeaseEnds, int MaxSendings, int MaxRecipients);

/// <summary>A claimed message with those of its recipients that were claimed.</summary>
/// <param name="SendingId">Its number in the queue.</param>
/// <param name="Sending">What is kept of it; its recipients are not filled in.</param>
/// <param name="Size">Its octets with the trace.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="Recipients">The claimed recipients.</param>
public sealed record ClaimedSending(long SendingId, NewSending Sending, long Size, DateTimeOffset AcceptedAt, IReadOnlyList<ClaimedRecipient> Recipients)
{
    /// <summary>The most octets that <see cref="Text"/> has.</summary>
    public const int MaxTextOctets = 16 * 1024;

    /// <summary>The whole text, its own trace on top, where that is at most <see cref="MaxTextOctets"/>; else empty, and to be opened when its turn comes.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }
}

/// <summary>A claimed recipient.</summary>
/// <param name="RecipientId">Its number, never used twice.</param>
/// <param name="Address">The address.</param>
/// <param name="Notices">What the sender wants to be told; null when nothing was said.</param>
/// <param name="Attempts">How many attempts there were before.</param>
/// <param name="DelayWasTold">Whether the sender was told of the delay.</param>
public sealed record ClaimedRecipient(long RecipientId, EmailAddress Address, RecipientNotices? Notices, int Attempts, bool DelayWasTold);
