using System.Globalization;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Client;

/// <summary>Writes MAIL and RCPT with the parameters that the server knows (RFC 5321 §4.1.1.2, §4.1.1.3).</summary>
internal static class CommandText
{
    private const int MaxOriginalRecipient = 500; // characters; RFC 3461 §4.2

    public static string Mail(OutgoingMessage message, MessageNeeds needs, SmtpCapabilities offered)
    {
        var line = new StringBuilder("MAIL FROM:").Append(message.ReversePath);
        if (offered.HasSize) line.Append(CultureInfo.InvariantCulture, $" SIZE={message.Text.Length}");
        if (needs.Binary) line.Append(" BODY=BINARYMIME");
        else if (offered.HasEightBitMime && (needs.EightBit || message.Body != BodyType.SevenBit)) line.Append(" BODY=8BITMIME");
        if (needs.Utf8) line.Append(" SMTPUTF8");
        if (!offered.HasDsn) return line.ToString();
        if (message.Return != ReturnContent.Unstated) line.Append(message.Return == ReturnContent.Full ? " RET=FULL" : " RET=HDRS");
        if (message.EnvelopeId is { Length: > 0 } id && IsPrintable(id)) line.Append(" ENVID=").Append(XText.Encode(id));
        return line.ToString();
    }

    public static string Recipient(OutgoingRecipient recipient, MessageNeeds needs, SmtpCapabilities offered)
    {
        var line = new StringBuilder("RCPT TO:").Append(new MailPath(recipient.Address));
        if (!offered.HasDsn || recipient.Notices is not { } notices) return line.ToString();
        if (notices.Notify != NotifyConditions.Unstated) line.Append(" NOTIFY=").Append(Notify(notices.Notify));
        if (notices.Original is { } original && OriginalRecipientText.Write(original, needs.Utf8) is { Length: <= MaxOriginalRecipient } text) line.Append(" ORCPT=").Append(text);
        return line.ToString();
    }

    private static string Notify(NotifyConditions conditions)
    {
        if (conditions.HasFlag(NotifyConditions.Never)) return "NEVER";
        var words = new List<string>(3);
        if (conditions.HasFlag(NotifyConditions.Success)) words.Add("SUCCESS");
        if (conditions.HasFlag(NotifyConditions.Failure)) words.Add("FAILURE");
        if (conditions.HasFlag(NotifyConditions.Delay)) words.Add("DELAY");
        return string.Join(',', words);
    }

    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
