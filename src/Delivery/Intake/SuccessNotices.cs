using Merpati.Delivery.Bounces;
using Merpati.Delivery.Routing;
using Merpati.Mail.Envelopes;
using Merpati.Storage;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Intake;

/// <summary>
/// Tells a sender who asked for it that the message is in the mailboxes (RFC 3461 §5.2.3, §5.2.7.3: a group has it when it was expanded). The notice is
/// stored right after the message, not with it: a kill between the two costs the notice and never the message.
/// </summary>
internal static class SuccessNotices
{
    public static async ValueTask SendAsync(StoreIntake intake, Envelope envelope, QueueId id, IBodyContent text, DateTimeOffset at)
    {
        if (intake.Surroundings.Notices is not { } writer) return;
        var report = new AttemptReport(at, "", "", "", "", "2.0.0");
        List<NoticeRecipient> told = [.. envelope.Recipients.OfType<LocalRecipient>()
            .Where(recipient => recipient.Accounts.Length + recipient.Groups.Length > 0
                && NoticePolicy.IsWanted(NoticeKind.Delivered, envelope.ReversePath, recipient.Notices))
            .Select(recipient => new NoticeRecipient(recipient.Address, recipient.Notices!.Original, report))];
        if (told.Count == 0) return;
        var about = new NewSending(id, envelope.ReversePath, [])
        {
            EnvelopeId = envelope.EnvelopeId,
            IsInternationalized = envelope.IsInternationalized,
        };
        try
        {
            var notice = await writer.WriteAsync(
                new StatusNotice(NoticeKind.Delivered, about, at, told), wantsAll => new ValueTask<ReturnedText>(ReturnedText.Read(text, wantsAll)), CancellationToken.None);
            if (notice is null) return;
            await intake.Surroundings.Messages.AcceptAsync(notice, CancellationToken.None);
            if (notice.Sendings.Count > 0) intake.Surroundings.QueueGrew?.Invoke();
        }
        catch (StoreException failure)
        {
            // The message is accepted, whatever becomes of the notice.
            DeliveryLog.StoreFailed(intake.Log, id, failure.Message);
        }
    }
}
