using Merpati.Delivery.Bounces;
using Merpati.Delivery.Transports;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Queue;

/// <summary>
/// What one attempt at a message comes to, gathered until it is settled in one transaction: for each recipient one of the arrows deliver, defer, fail and
/// expire of docs/queue-states.md, and the notices that they cause, one for each kind.
/// </summary>
internal sealed class Attempt
{
    private readonly RetrySchedule _schedule;
    private readonly DateTimeOffset _now;
    private readonly List<RecipientResult> _results = [];
    private readonly Dictionary<NoticeKind, List<NoticeRecipient>> _told = [];

    public Attempt(ClaimedSending sending, RetrySchedule schedule, DateTimeOffset now)
    {
        Sending = sending;
        _schedule = schedule;
        _now = now;
    }

    public ClaimedSending Sending { get; }

    public IReadOnlyList<RecipientResult> Results => _results;

    /// <summary>Whether a recipient was given up for its age, or its sender told of its delay: others that wait as long may need the same.</summary>
    public bool HasAged { get; private set; }

    /// <summary>The arrow that a result asks for.</summary>
    public void Add(ClaimedRecipient recipient, CarryResult result)
    {
        switch (result.Outcome)
        {
            case AttemptOutcome.Delivered:
                Deliver(recipient, result);
                break;
            case AttemptOutcome.Failed:
                Fail(recipient, result.Report);
                break;
            case AttemptOutcome.Deferred when _schedule.IsTooOld(_now, Sending.AcceptedAt):
                Expire(recipient, result.Report);
                break;
            default:
                Defer(recipient, result.Report);
                break;
        }
    }

    public IEnumerable<StatusNotice> Notices() => _told.Select(told => new StatusNotice(told.Key, Sending.Sending, Sending.AcceptedAt, told.Value)
    {
        WillRetryUntil = told.Key == NoticeKind.Delayed ? _schedule.GivenUpAt(Sending.AcceptedAt) : null,
    });

    // RFC 3461 §5.2.2: a host that knows no DSN has it now, and nobody else will tell the sender.
    private void Deliver(ClaimedRecipient recipient, CarryResult result)
    {
        _results.Add(new RecipientResult(recipient.RecipientId, AttemptOutcome.Delivered, result.Report));
        if (!result.NoticesPassedOn) Tell(result.IsFinal ? NoticeKind.Delivered : NoticeKind.Relayed, recipient, result.Report);
    }

    private void Defer(ClaimedRecipient recipient, AttemptReport report)
    {
        var due = _schedule.NextDue(_now, Sending.AcceptedAt, recipient.Attempts + 1);
        var tells = !recipient.DelayWasTold && _schedule.IsDelayed(_now, Sending.AcceptedAt) && Tell(NoticeKind.Delayed, recipient, report);
        HasAged |= tells;
        _results.Add(new RecipientResult(recipient.RecipientId, AttemptOutcome.Deferred, report, due, tells));
    }

    private void Fail(ClaimedRecipient recipient, AttemptReport report)
    {
        _results.Add(new RecipientResult(recipient.RecipientId, AttemptOutcome.Failed, report));
        Tell(NoticeKind.Failed, recipient, report);
    }

    // RFC 3463 §3.5: X.4.7, the time is over. The last reply stays for the sender to read.
    private void Expire(ClaimedRecipient recipient, AttemptReport report)
    {
        HasAged = true;
        Fail(recipient, report with { Status = "5.4.7" });
    }

    private bool Tell(NoticeKind kind, ClaimedRecipient recipient, AttemptReport report)
    {
        if (!NoticePolicy.IsWanted(kind, Sending.Sending.ReversePath, recipient.Notices)) return false;
        if (!_told.TryGetValue(kind, out var told)) _told[kind] = told = [];
        told.Add(new NoticeRecipient(recipient.Address, recipient.Notices?.Original, report));
        return true;
    }
}
