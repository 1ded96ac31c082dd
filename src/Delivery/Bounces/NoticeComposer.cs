using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Bounces;

/// <summary>
/// Writes a notice as a multipart/report (RFC 6522) of three parts: a text for people, the delivery status (RFC 3464) and what comes back of the message.
/// It is ASCII, but for a message that was sent with SMTPUTF8 (RFC 6533) or comes back whole with octets above 127.
/// </summary>
internal sealed class NoticeComposer
{
    private readonly string _hostName;

    public NoticeComposer(string hostName) => _hostName = hostName;

    /// <summary>The octets of the notice, a Date of <paramref name="at"/> in its header.</summary>
    public byte[] Compose(StatusNotice notice, MailPath to, ReturnedText returned, DateTimeOffset at)
    {
        using var text = new MemoryStream(4096);
        var boundary = Boundary();
        var isGlobal = notice.About.IsInternationalized;
        WriteHeader(text, notice, to, boundary, at);
        Write(text, $"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {(isGlobal ? "8bit" : "7bit")}\r\n\r\n");
        Write(text, NoticeWording.Tell(notice, _hostName, isGlobal));
        Write(text, $"\r\n--{boundary}\r\nContent-Type: {(isGlobal ? "message/global-delivery-status" : "message/delivery-status")}\r\n");
        Write(text, $"Content-Transfer-Encoding: {(isGlobal ? "8bit" : "7bit")}\r\n\r\n");
        Write(text, DeliveryStatus.Write(notice, _hostName));
        WriteReturned(text, returned, boundary, isGlobal);
        Write(text, $"\r\n--{boundary}--\r\n");
        return text.ToArray();
    }

    private void WriteHeader(MemoryStream text, StatusNotice notice, MailPath to, string boundary, DateTimeOffset at)
    {
        Write(text, $"From: Mail Delivery System <MAILER-DAEMON@{_hostName}>\r\n");
        Write(text, $"To: {to}\r\nSubject: {NoticeWording.Subject(notice.Kind)}\r\nDate: {TraceFields.Date(at)}\r\n");
        Write(text, $"Message-ID: <{Boundary()}@{_hostName}>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"); // RFC 3834 §5
        Write(text, $"Content-Type: multipart/report; report-type={(notice.About.IsInternationalized ? "global-" : "")}delivery-status;\r\n\tboundary=\"{boundary}\"\r\n\r\n");
        Write(text, "This is a report about a message, in parts for people and for programs.\r\n\r\n");
    }

    private static void WriteReturned(MemoryStream text, ReturnedText returned, string boundary, bool isGlobal)
    {
        if (returned.Octets.IsEmpty) return;
        var isAscii = Ascii.IsValid(returned.Octets.Span);
        var type = (returned.IsWhole, isGlobal) switch
        {
            (true, true) => "message/global",
            (true, false) => "message/rfc822",
            (false, true) => "message/global-headers",
            (false, false) => "text/rfc822-headers",
        };
        var isPlain = isAscii || (!isGlobal && !returned.IsWhole);
        Write(text, $"\r\n--{boundary}\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: {(isPlain ? "7bit" : "8bit")}\r\n\r\n");
        if (isAscii || !isPlain)
        {
            text.Write(returned.Octets.Span);
            return;
        }

        // A header that holds what it may not is shown without it, so that the notice can go anywhere.
        foreach (var octet in returned.Octets.Span) text.WriteByte(octet < 0x80 ? octet : (byte)'?');
    }

    // No line of any part begins with it: it is not to be guessed.
    private static string Boundary() => string.Create(CultureInfo.InvariantCulture, $"report-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}");

    private static void Write(MemoryStream text, string line) => text.Write(Encoding.UTF8.GetBytes(line));
}
