using System.Buffers;
using System.Globalization;
using System.Text;
using Merpati.Mail.Envelopes;

namespace Merpati.Host.Cli.Demo;

/// <summary>
/// What of a reply is another one at every run: the id of a message, the timestamp of APOP, the challenge of CRAM-MD5, the date and the id in the trace
/// field that the server puts on top. These are compared by their shape and length, all else to the letter.
/// </summary>
internal static class ReplyShape
{
    private const string Queued = "queued as ";
    private const string TraceId = " (Merpati) with ";
    private const string DateFormat = "ddd, dd MMM yyyy HH':'mm':'ss zzz";

    private static readonly SearchValues<char> StampLetters = SearchValues.Create("0123456789abcdef.");

    /// <summary>Whether two lines say the same.</summary>
    public static bool AreAlike(string one, string other) => one == other || Of(one) == Of(other);

    // The line with a word in braces in place of what varies.
    private static string Of(string line) => line switch
    {
        ['2', ..] => OfQueueId(line, line.IndexOf(Queued, StringComparison.Ordinal), Queued.Length),
        ['+', 'O', 'K', ..] => OfTimestamp(line),
        ['3', '3', '4', ' ', .. var challenge] => "334 " + OfChallenge(challenge),
        ['+', ' ', .. var challenge] => "+ " + OfChallenge(challenge),
        ['\t', 'b', 'y', ' ', ..] when line.Contains(TraceId, StringComparison.Ordinal) => OfQueueId(line, line.IndexOf(" id ", StringComparison.Ordinal), " id ".Length),
        ['\t', .. var date] when IsDate(date) => "\t{date}",
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

    // Only what is a whole line of its own, as the server folds its trace field: the dates of other messages stay to the letter.
    private static bool IsDate(string text) =>
        text is [.. var most, var two, var one] && DateTimeOffset.TryParseExact($"{most}:{two}{one}", DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
