using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Client;

namespace Merpati.Smtp.Tests;

/// <summary>Messages for the client to send.</summary>
internal static class ClientMail
{
    public static OutgoingMessage To(params string[] recipients) => WithText("Subject: x\r\n\r\nHello.\r\n", recipients);

    public static OutgoingMessage WithText(string text, params string[] recipients) => WithOctets(Encoding.Latin1.GetBytes(text), recipients);

    public static OutgoingMessage WithOctets(byte[] octets, params string[] recipients) =>
        new(new MailPath(Address("a@client.example")), [.. recipients.Select(address => new OutgoingRecipient(Address(address)))], new MemoryText(octets));

    public static EmailAddress Address(string text) => EmailAddress.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out var address) ? address : throw new FormatException(text);

    public static string Outcomes(this SendResult result) => string.Join(' ', result.Recipients.Select(report => report.Outcome));

    public static string Statuses(this SendResult result) => string.Join(' ', result.Recipients.Select(report => report.Status));
}
