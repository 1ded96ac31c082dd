using System.Globalization;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary>The words for what is in the queue, safe to show.</summary>
internal static class QueueText
{
    /// <summary>As much of a reply as a line of a list shows, in characters; 'queue show' has all of it.</summary>
    public const int MaxReply = 120;

    public static readonly string[] States = ["waiting", "claimed", "held"];

    public static string Name(QueueState state) => States[(int)state];

    public static string Name(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Delivered => "delivered",
        AttemptOutcome.Failed => "failed",
        _ => "deferred",
    };

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The lines of a reply as one, cut where it gets long.</summary>
    public static string OneLine(string reply)
    {
        var line = reply.Replace('\n', ' ');
        if (line.Length > MaxReply) line = string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[MaxReply - 2]) ? MaxReply - 2 : MaxReply - 1), "…");
        return ControlText.Escape(line);
    }

    /// <summary>So many recipients, in words.</summary>
    public static string Recipients(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "recipient" : "recipients")}");

    /// <summary>So many attempts, in words.</summary>
    public static string Attempts(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "attempt" : "attempts")}");

    /// <summary>Reads the name of a message; what is none is wrong usage.</summary>
    public static QueueId Id(string text) => QueueId.TryParse(text, out var id)
        ? id
        : throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not a queue id; 'merpati queue list' shows them", ExitStatus.WrongUsage);
}
