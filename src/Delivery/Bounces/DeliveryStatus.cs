using System.Buffers;
using System.Globalization;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Bounces;

/// <summary>Writes the fields of message/delivery-status (RFC 3464 §2). Nothing of a peer's reply gets in but printable ASCII.</summary>
internal static class DeliveryStatus
{
    private const int MaxLine = 200;

    private static readonly SearchValues<char> StatusDigits = SearchValues.Create("0123456789.");

    public static string Write(StatusNotice notice, string hostName)
    {
        var text = new StringBuilder(512);
        text.Append("Reporting-MTA: dns; ").Append(hostName).Append("\r\n");
        if (notice.About.EnvelopeId is { Length: > 0 } envelopeId) Append(text, "Original-Envelope-Id", envelopeId);
        text.Append("Arrival-Date: ").Append(TraceFields.Date(notice.AcceptedAt)).Append("\r\n");
        foreach (var recipient in notice.Recipients) Append(text, notice, recipient);
        return text.ToString();
    }

    private static void Append(StringBuilder text, StatusNotice notice, NoticeRecipient recipient)
    {
        text.Append("\r\n");
        var isGlobal = notice.About.IsInternationalized;
        if (recipient.Original is { } original) text.Append("Original-Recipient: ").Append(Named(original, isGlobal)).Append("\r\n");
        text.Append("Final-Recipient: ").Append(Named(recipient.Address, isGlobal)).Append("\r\n");
        text.Append("Action: ").Append(Action(notice.Kind)).Append("\r\nStatus: ").Append(StatusOf(recipient.Report, notice.Kind)).Append("\r\n");
        var report = recipient.Report;
        if (report.Host.Length > 0) Append(text, "Remote-MTA", $"dns; {report.Host}");
        if (report.Reply.Length > 0) Append(text, "Diagnostic-Code", $"{(IsReply(report) ? "smtp" : "x-merpati")}; {report.Reply}");
        text.Append("Last-Attempt-Date: ").Append(TraceFields.Date(report.At)).Append("\r\n");
        if (notice is { Kind: NoticeKind.Delayed, WillRetryUntil: { } until }) text.Append("Will-Retry-Until: ").Append(TraceFields.Date(until)).Append("\r\n");
    }

    /// <summary>Whether a report tells a host's reply rather than what went wrong before one.</summary>
    public static bool IsReply(AttemptReport report) =>
        report.Reply.Length >= 3 && !report.Reply.AsSpan(0, 3).ContainsAnyExceptInRange('0', '9');

    // RFC 3464 §2.3.4: the class goes with the action, whatever the host said.
    private static string StatusOf(AttemptReport report, NoticeKind kind)
    {
        var wanted = kind switch { NoticeKind.Failed => '5', NoticeKind.Delayed => '4', _ => '2' };
        return report.Status is { Length: >= 5 and <= 11 } status && status[0] == wanted && !status.AsSpan().ContainsAnyExcept(StatusDigits) ? status : $"{wanted}.0.0";
    }

    private static string Action(NoticeKind kind) => kind switch
    {
        NoticeKind.Failed => "failed",
        NoticeKind.Delayed => "delayed",
        NoticeKind.Delivered => "delivered",
        _ => "relayed",
    };

    private static string Named(OriginalRecipient original, bool isGlobal) =>
        $"{original.AddressType}; {(isGlobal && !Ascii.IsValid(original.Address) ? original.Address : Escape(original.Address))}";

    private static string Named(EmailAddress address, bool isGlobal)
    {
        if (address.IsAscii) return $"rfc822; {address}";
        return isGlobal ? $"utf-8; {address}" : $"utf-8; {Escape(address.ToString())}";
    }

    // RFC 6533 §3: utf-8-addr-xtext.
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        var escaped = new StringBuilder(text.Length * 2);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= ' ' and <= '~') escaped.Append((char)rune.Value);
            else escaped.Append(@"\x{").Append(rune.Value.ToString("X2", CultureInfo.InvariantCulture)).Append('}');
        }

        return escaped.ToString();
    }

    // Folded where it is long, so that no line breaks the bound of RFC 5322 §2.1.1 and no octet of a peer ends one.
    private static void Append(StringBuilder text, string name, string body)
    {
        text.Append(name).Append(": ");
        var column = name.Length + 2;
        foreach (var c in body)
        {
            if (c == '\n' || column >= MaxLine)
            {
                text.Append("\r\n\t");
                column = 1;
                if (c == '\n') continue;
            }

            text.Append(c is >= ' ' and <= '~' ? c : c == '\t' ? ' ' : '?');
            column++;
        }

        text.Append("\r\n");
    }
}
