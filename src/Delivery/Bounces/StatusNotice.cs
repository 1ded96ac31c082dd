using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Bounces;

/// <summary>What a notice tells of one recipient.</summary>
/// <param name="Address">The address to which the message was on its way.</param>
/// <param name="Original">The recipient as the sender named it; null when not known.</param>
/// <param name="Report">What happened.</param>
internal sealed record NoticeRecipient(EmailAddress Address, OriginalRecipient? Original, AttemptReport Report);

/// <summary>One notice to be written: all recipients of one attempt about which the same is told.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="About">The message: its name, sender and DSN parameters.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="Recipients">At least one.</param>
internal sealed record StatusNotice(NoticeKind Kind, NewSending About, DateTimeOffset AcceptedAt, IReadOnlyList<NoticeRecipient> Recipients)
{
    /// <summary>Until when it will be tried; for a notice of delay.</summary>
    public DateTimeOffset? WillRetryUntil { get; init; }
}
