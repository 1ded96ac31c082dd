using System.Globalization;
using System.Text;
using Merpati.Wire.Listening;

namespace Merpati.Transcripts;

/// <summary>
/// A dialogue written down: "C: " lines are sent with CRLF, "c: " lines as they are with \r \n \0 \t \\ and \xHH read as escapes, "S: " lines must come,
/// a "*" in them standing for any text. "S: [closed]" is the end of the connection. Consecutive C lines travel in one piece.
/// Other lines, empty ones and those that start with "#" are remarks.
/// </summary>
public sealed class Transcript
{
    private readonly List<(byte[] Octets, List<string> Replies)> _turns = [];

    public Transcript(string text)
    {
        var sent = new List<byte>();
        var replies = new List<string>();
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            if (line.StartsWith("S:", StringComparison.Ordinal))
            {
                replies.Add(line.Length > 3 ? line[3..] : "");
                continue;
            }

            var isLine = line.StartsWith("C:", StringComparison.Ordinal);
            if (!isLine && !line.StartsWith("c:", StringComparison.Ordinal)) continue;
            if (replies.Count > 0)
            {
                _turns.Add(([.. sent], replies));
                sent.Clear();
                replies = [];
            }

            var content = line.Length > 3 ? line[3..] : "";
            sent.AddRange(isLine ? [.. Encoding.Latin1.GetBytes(content), (byte)'\r', (byte)'\n'] : Unescape(content));
        }

        _turns.Add(([.. sent], replies));
    }

    /// <summary>The octets that the client sends in all.</summary>
    public int Length => _turns.Sum(turn => turn.Octets.Length);

    /// <summary>
    /// Plays it against a fresh session each time: whole turns, octet by octet, and with one cut at every point. The factory makes the service
    /// anew for each run; <paramref name="after"/> looks at what the run left behind.
    /// </summary>
    public async Task PlayEveryWayAsync(Func<IConnectionService> service, Func<Task>? after = null)
    {
        await PlayAsync(service(), int.MaxValue, after);
        await PlayAsync(service(), 0, after);
        for (var cut = 1; cut < Length; cut++) await PlayAsync(service(), cut, after);
    }

    /// <summary>Plays it once, whole turns.</summary>
    public Task PlayAsync(IConnectionService service) => PlayAsync(service, int.MaxValue, null);

    private async Task PlayAsync(IConnectionService service, int cut, Func<Task>? after)
    {
        await using var client = new MemoryClient(service);
        var before = 0;
        foreach (var (octets, replies) in _turns)
        {
            foreach (var piece in Pieces(octets, cut - before, everyOctet: cut == 0)) await client.SendAsync(piece);
            before += octets.Length;
            foreach (var reply in replies)
            {
                var line = await client.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
                var said = line ?? "[closed]";
                Assert.True(Matches(reply, said), string.Create(CultureInfo.InvariantCulture, $"expected S: {reply}\nbut got  S: {said}\n(cut at {cut})"));
            }
        }

        await client.HangUpAsync();
        await client.Served.WaitAsync(TimeSpan.FromSeconds(30));
        if (after is not null) await after();
    }

    private static IEnumerable<byte[]> Pieces(byte[] octets, int cut, bool everyOctet)
    {
        if (everyOctet) return octets.Select(octet => new[] { octet });
        if (octets.Length == 0) return [];
        return cut <= 0 || cut >= octets.Length ? [octets] : [octets[..cut], octets[cut..]];
    }

    private static bool Matches(string pattern, string line)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1) return pattern == line;
        if (!line.StartsWith(parts[0], StringComparison.Ordinal)) return false;
        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = line.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + part.Length;
        }

        return line.Length - at >= parts[^1].Length && line.EndsWith(parts[^1], StringComparison.Ordinal);
    }

    private static IEnumerable<byte> Unescape(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                yield return (byte)text[i];
                continue;
            }

            switch (text[++i])
            {
                case 'r': yield return (byte)'\r'; break;
                case 'n': yield return (byte)'\n'; break;
                case 't': yield return (byte)'\t'; break;
                case '0': yield return 0; break;
                case 'x':
                    yield return byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    i += 2;
                    break;
                default: yield return (byte)text[i]; break;
            }
        }
    }
}
