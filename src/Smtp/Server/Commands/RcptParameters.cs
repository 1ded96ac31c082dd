using System.Text;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>The parameters of RCPT, each at most once: NOTIFY and ORCPT (RFC 3461 §4.1, §4.2), which are promised in the answer to EHLO only.</summary>
internal static class RcptParameters
{
    private const int MaxOriginalLength = 500; // RFC 3461 §4.2

    /// <summary>Reads a list; null when it is well-formed and known. <paramref name="notices"/> is null when nothing was said.</summary>
    public static SmtpRejection? Parse(ReadOnlySpan<byte> octets, bool extended, bool isInternationalized, out RecipientNotices? notices)
    {
        notices = null;
        NotifyConditions? notify = null;
        OriginalRecipient? original = null;
        var reader = new ParameterReader(octets);
        while (true)
        {
            switch (reader.Read(out var keyword, out var value))
            {
                case ParameterOutcome.End:
                    if (notify is not null || original is not null) notices = new RecipientNotices(notify ?? NotifyConditions.Unstated, original);
                    return null;
                case ParameterOutcome.Malformed:
                    return SmtpRejection.BadParameter;
            }

            if (!extended) return SmtpRejection.UnknownParameter;
            if (Ascii.EqualsIgnoreCase(keyword, "NOTIFY"u8))
            {
                if (notify is not null || !TryReadNotify(value, out var conditions)) return SmtpRejection.BadParameter;
                notify = conditions;
            }
            else if (Ascii.EqualsIgnoreCase(keyword, "ORCPT"u8))
            {
                if (original is not null || value.Length > MaxOriginalLength) return SmtpRejection.BadParameter;
                original = OriginalRecipientText.Read(value, isInternationalized);
                if (original is null) return SmtpRejection.BadParameter;
            }
            else
            {
                return SmtpRejection.UnknownParameter; // RFC 5321 §4.1.1.11
            }
        }
    }

    // RFC 3461 §4.1: NEVER stands alone; the others may stand together.
    private static bool TryReadNotify(ReadOnlySpan<byte> value, out NotifyConditions conditions)
    {
        conditions = NotifyConditions.Never;
        if (Ascii.EqualsIgnoreCase(value, "NEVER"u8)) return true;
        conditions = NotifyConditions.Unstated;
        foreach (var range in value.Split((byte)','))
        {
            var condition = value[range];
            if (Ascii.EqualsIgnoreCase(condition, "SUCCESS"u8)) conditions |= NotifyConditions.Success;
            else if (Ascii.EqualsIgnoreCase(condition, "FAILURE"u8)) conditions |= NotifyConditions.Failure;
            else if (Ascii.EqualsIgnoreCase(condition, "DELAY"u8)) conditions |= NotifyConditions.Delay;
            else return false;
        }

        return true;
    }
}
