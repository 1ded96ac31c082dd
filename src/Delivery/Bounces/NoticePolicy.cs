using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Delivery.Bounces;

/// <summary>Whether a sender is to be told (RFC 3461 §4.1, §5.2).</summary>
internal static class NoticePolicy
{
    /// <summary>
    /// Nothing is told about a message with a null reverse-path: it is a notice itself (RFC 5321 §6.1). A sender who said nothing is told of failures
    /// and, as we think fit, of delays.
    /// </summary>
    public static bool IsWanted(NoticeKind kind, MailPath reversePath, RecipientNotices? notices)
    {
        if (reversePath.IsNull) return false;
        var notify = notices?.Notify ?? NotifyConditions.Unstated;
        if (notify == NotifyConditions.Unstated) return kind is NoticeKind.Failed or NoticeKind.Delayed;
        if (notify.HasFlag(NotifyConditions.Never)) return false;
        return notify.HasFlag(kind switch
        {
            NoticeKind.Failed => NotifyConditions.Failure,
            NoticeKind.Delayed => NotifyConditions.Delay,
            _ => NotifyConditions.Success,
        });
    }
}
