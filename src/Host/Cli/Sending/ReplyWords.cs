using System.Globalization;
using Merpati.Smtp.Client;

namespace Merpati.Host.Cli.Sending;

/// <summary>A server's reply for people: in one line, however many it had.</summary>
internal static class ReplyWords
{
    public static string OneLine(SmtpReplyText reply) => ControlText.Escape(string.Create(CultureInfo.InvariantCulture, $"{reply.Code} {string.Join(' ', reply.Lines)}").TrimEnd());

    /// <summary>The reply of a report, or what went wrong without one.</summary>
    public static string OneLine(RecipientReport report) => report.Reply is { } reply ? OneLine(reply) : ControlText.Escape(report.Text.Replace('\n', ' '));
}
