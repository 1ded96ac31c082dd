using Merpati.Smtp.Client;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Transports;

/// <summary>One connection to a host by SMTP or LMTP.</summary>
internal sealed class SmtpTransportSession : ITransportSession
{
    private readonly SmtpClient _client;
    private readonly IAsyncDisposable? _owned;
    private readonly NextHost _host;
    private readonly bool _isLmtp;
    private readonly TimeProvider _time;

    /// <summary>A session over <paramref name="client"/>; what is <paramref name="owned"/> goes with it.</summary>
    public SmtpTransportSession(SmtpClient client, IAsyncDisposable? owned, NextHost host, bool isLmtp, TimeProvider time)
    {
        _client = client;
        _owned = owned;
        _host = host;
        _isLmtp = isLmtp;
        _time = time;
    }

    public bool IsUsable => _client.Standing == SmtpStanding.Usable;

    public async ValueTask<CarryOutcome> CarryAsync(ClaimedSending sending, IMessageReader text, CancellationToken cancellation)
    {
        var knowsNotices = _client.Capabilities.HasDsn;
        var sent = await _client.SendAsync(ToMessage(sending, text), cancellation);
        var results = sent.Recipients.Select((report, i) => ToResult(sending.Recipients[i], report) with { NoticesPassedOn = knowsNotices, IsFinal = _isLmtp }).ToList();

        // Nobody was taken or refused, and no reply says why: it is the connection's doing.
        var isLost = sent.Ending is { Outcome: SmtpOutcome.Lost or SmtpOutcome.TimedOut or SmtpOutcome.Deferred }
            && sent.Recipients.All(report => report.Outcome is RecipientOutcome.Deferred or RecipientOutcome.Later && report.Reply is null or { Code: 421 });
        return new CarryOutcome(results, isLost);
    }

    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static OutgoingMessage ToMessage(ClaimedSending sending, IMessageReader text)
    {
        var kept = sending.Sending;
        var recipients = sending.Recipients.Select(recipient => new OutgoingRecipient(recipient.Address) { Notices = recipient.Notices });
        return new OutgoingMessage(kept.ReversePath, [.. recipients], new SendingText(text))
        {
            Body = kept.Body,
            HasEightBit = kept.HasEightBit,
            IsInternationalized = kept.IsInternationalized,
            Return = kept.Return,
            EnvelopeId = kept.EnvelopeId,
        };
    }

    private CarryResult ToResult(ClaimedRecipient recipient, RecipientReport report)
    {
        var outcome = report.Outcome switch
        {
            RecipientOutcome.Delivered => AttemptOutcome.Delivered,
            RecipientOutcome.Refused => AttemptOutcome.Failed,
            _ => AttemptOutcome.Deferred,
        };
        var kept = new AttemptReport(_time.GetUtcNow(), _host.Name, _host.Address.ToString(), _client.TlsText, report.Text, report.Status.ToString());
        return new CarryResult(recipient.RecipientId, outcome, kept)
        {
            // Where all was sent and no reply came the host may have taken it: at another one it would surely be a second one.
            MayTryNextHost = report.Outcome is RecipientOutcome.Deferred or RecipientOutcome.Later,
            MayRepeat = report.Outcome == RecipientOutcome.Later,
        };
    }

    private sealed class SendingText(IMessageReader reader) : IOutgoingText
    {
        public long Length => reader.Size;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation) => reader.ReadAsync(cancellation);
    }
}
