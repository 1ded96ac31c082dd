using System.Text;
using Merpati.Mail.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Bounces;

/// <summary>The words of a notice for people: what happened, in a sentence, and what to do.</summary>
internal static class NoticeWording
{
    private const int MaxNamed = 100; // recipients that are named one by one
    private const int MaxReply = 500;

    public static string Subject(NoticeKind kind) => kind switch
    {
        NoticeKind.Failed => "Your message could not be delivered",
        NoticeKind.Delayed => "Your message is delayed",
        NoticeKind.Delivered => "Your message was delivered",
        _ => "Your message was passed on",
    };

    public static string Tell(StatusNotice notice, string hostName, bool isGlobal)
    {
        var text = new StringBuilder(512);
        text.Append("This is the mail system of ").Append(hostName).Append(".\r\n\r\n");
        text.Append(Opening(notice)).Append("\r\n");
        foreach (var recipient in notice.Recipients.Take(MaxNamed))
        {
            var address = recipient.Address.ToString();
            text.Append("\r\n  <").Append(isGlobal ? address : DeliveryStatus.Escape(address)).Append(">\r\n");
            if (notice.Kind is NoticeKind.Failed or NoticeKind.Delayed) Explain(text, recipient.Report);
        }

        if (notice.Recipients.Count > MaxNamed) text.Append("\r\n  and more, all of which stand in the report below.\r\n");
        text.Append("\r\n").Append(Advice(notice)).Append("\r\n");
        return text.ToString();
    }

    private static string Opening(StatusNotice notice)
    {
        var accepted = TraceFields.Date(notice.AcceptedAt);
        return notice.Kind switch
        {
            NoticeKind.Failed => $"Your message of {accepted}\r\ncould not be delivered to:",
            NoticeKind.Delayed => $"Your message of {accepted}\r\nhas not reached these recipients yet:",
            NoticeKind.Delivered => $"Your message of {accepted}\r\nis in the mailbox of:",
            _ => $"Your message of {accepted}\r\nwas taken by a host that sends no notices itself, for:",
        };
    }

    private static void Explain(StringBuilder text, AttemptReport report)
    {
        text.Append("    ").Append(Cause(report.Status)).Append("\r\n");
        if (report.Reply.Length == 0) return;
        text.Append(DeliveryStatus.IsReply(report) ? $"    The host {Printable(report.Host)} said:\r\n" : "    In detail:\r\n");
        var reply = report.Reply.Length > MaxReply ? report.Reply[..MaxReply] : report.Reply;
        foreach (var line in reply.Split('\n')) text.Append("      ").Append(Printable(line)).Append("\r\n");
    }

    // The usual reasons by their code (RFC 3463 §3); the host's own words follow anyway.
    private static string Cause(string status) => (status.Length > 2 ? status[2..] : "") switch
    {
        "1.1" => "There is no such user.",
        "1.2" or "1.10" => "The domain does not exist or takes no mail.",
        "2.1" => "The mailbox takes no messages now.",
        "2.2" => "The mailbox is full.",
        "2.3" or "3.4" => "The message is too large.",
        "4.1" or "4.2" => "The host could not be reached.",
        "4.3" or "4.4" => "The host for this domain could not be found.",
        "4.6" => "The mail goes round in a loop.",
        "4.7" => "It was tried for days and given up.",
        "6.1" or "6.3" or "6.7" => "The next host cannot take a message of this kind.",
        "7.1" => "The host refuses it.",
        "7.10" or "7.11" => "The connection could not be made secure.",
        _ => "The host did not take it.",
    };

    private static string Advice(StatusNotice notice) => notice.Kind switch
    {
        NoticeKind.Failed => "It will not be tried again. Please check the address, and write to the recipient in another\r\n" +
            "way if it is urgent. If you think that this is a mistake, send this report to your postmaster.",
        NoticeKind.Delayed => notice.WillRetryUntil is { } until
            ? $"You need not send it again: it will be tried until\r\n{TraceFields.Date(until)}."
            : "You need not send it again: it will be tried for some days.",
        _ => "There is nothing that you need to do.",
    };

    private static string Printable(string line) =>
        string.Create(line.Length, line, static (text, source) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
        });
}
