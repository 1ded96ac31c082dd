using System.Buffers;
using System.Globalization;
using System.Text;
using Merpati.Mail.Envelopes;

namespace Merpati.Host.Cli.Demo;

/// <summary>
/// What of a reply is another one at every run: the id of a message, the timestamp of APOP, the challenge of CRAM-MD5, and what the server puts into a
/// message by itself: the id and the date of its trace field, Date and Message-ID. These are compared by their shape and length, all else to the letter.
/// </summary>
internal static class ReplyShape
{
    private const string Queued = "queued as ";
    private const string TraceId = " (Merpati) with ";
    private const string MessageId = "Message-ID: <";
    private const string DateFormat = "ddd, dd MMM yyyy HH':'mm':'ss zzz";

    private static readonly SearchValues<char> StampLetters = SearchValues.Create("0123456789abcdef.");

    // What stands before a date that the server writes, and how it writes it.
    private static readonly (string Before, string Format)[] Dates = [("\t", DateFormat), ("Date: ", DateFormat), ("Time: ", "dd-MM-yy")];

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Whether what is said at <paramref name="now"/> is as it was expected.</summary>
    public static bool AreAlike(string expected, string said, DateTimeOffset now) => expected == said || AreDates(expected, said, now) || Of(expected) == Of(said);

    // The date of a message that was there before stays to the letter: only one of now is the server's.
    private static bool AreDates(string expected, string said, DateTimeOffset now)
    {
        foreach (var (before, format) in Dates)
        {
            if (!expected.StartsWith(before, StringComparison.Ordinal) || !said.StartsWith(before, StringComparison.Ordinal)) continue;
            return expected.Length == said.Length && TryReadDate(expected[before.Length..], format, out _)
                && TryReadDate(said[before.Length..], format, out var date) && (date - now).Duration() < Day + Day;
        }

        return false;
    }

    // "+0700" is "+07:00" here.
    private static bool TryReadDate(string text, string format, out DateTimeOffset date)
    {
        if (format == DateFormat && text.Length > 2) text = $"{text[..^2]}:{text[^2..]}";
        return DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out date);
    }

    // The line with a word in braces in place of what varies.
    private static string Of(string line) => line switch
    {
        ['2', ..] => OfQueueId(line, line.IndexOf(Queued, StringComparison.Ordinal), Queued.Length),
        ['+', 'O', 'K', ..] => OfTimestamp(line),
        ['3', '3', '4', ' ', .. var challenge] => "334 " + OfChallenge(challenge),
        ['+', ' ', .. var challenge] => "+ " + OfChallenge(challenge),
        ['\t', 'b', 'y', ' ', ..] when line.Contains(TraceId, StringComparison.Ordinal) => OfQueueId(line, line.IndexOf(" id ", StringComparison.Ordinal), " id ".Length),
        _ when line.StartsWith(MessageId, StringComparison.Ordinal) && line.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot => OfMessageId(line, dot),
        _ => line,
    };

    private static string OfQueueId(string line, int at, int length)
    {
        if (at < 0) return line;
        var begin = at + length;
        var end = line.AsSpan(begin).IndexOfAny(' ', ';') is >= 0 and var found ? begin + found : line.Length;
        return QueueId.TryParse(line[begin..end], out _) ? $"{line[..begin]}{{id}}{line[end..]}" : line;
    }

    // RFC 1939 §7: the host's name within it is always the same.
    private static string OfTimestamp(string line)
    {
        var begin = line.IndexOf('<', StringComparison.Ordinal);
        var at = begin < 0 || !line.EndsWith('>') ? -1 : line.IndexOf('@', begin);
        if (at < 0) return line;
        var isStamp = !line.AsSpan(begin + 1, at - begin - 1).ContainsAnyExcept(StampLetters);
        return !isStamp ? line : string.Create(CultureInfo.InvariantCulture, $"{line[..begin]}<{{timestamp of {at - begin - 1}}}{line[at..]}");
    }

    // RFC 2195 §2: a timestamp of the same shape, in base64.
    private static string OfChallenge(string text)
    {
        var octets = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, octets, out var length)) return text;
        var challenge = Encoding.UTF8.GetString(octets.AsSpan(0, length));
        return challenge.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && challenge[0] == '<' ? string.Create(CultureInfo.InvariantCulture, $"{{challenge of {at}}}{challenge[at..]}") : text;
    }

    // RFC 5322 §3.6.4: the id of the message, and a random number behind its dot.
    private static string OfMessageId(string line, int dot)
    {
        var at = line.IndexOf('@', StringComparison.Ordinal);
        if (at < dot || !QueueId.TryParse(line[MessageId.Length..dot], out _) || line.AsSpan(dot, at - dot).ContainsAnyExcept(StampLetters)) return line;
        return string.Create(CultureInfo.InvariantCulture, $"{MessageId}{{id and {at - dot}}}{line[at..]}");
    }
}
