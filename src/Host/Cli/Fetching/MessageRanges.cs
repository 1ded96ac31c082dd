using System.Globalization;
using Merpati.Pop3.Client;

namespace Merpati.Host.Cli.Fetching;

/// <summary>Message numbers as a person writes them: <c>1,3-5</c>, <c>7-</c> for all from there on, several words too.</summary>
internal sealed class MessageRanges
{
    private readonly List<(int From, int? To)> _ranges;

    private MessageRanges(List<(int From, int? To)> ranges) => _ranges = ranges;

    /// <summary>Reads them; what is none is wrong usage.</summary>
    public static MessageRanges Parse(IEnumerable<string> words)
    {
        var ranges = new List<(int From, int? To)>();
        foreach (var part in words.SelectMany(word => word.Split(',')))
        {
            ranges.Add(TryParse(part.Trim(), out var range) ? range : throw new CommandFailure($"\"{ControlText.Escape(part)}\" is no message number; write them as 1,3-5", ExitStatus.WrongUsage));
        }

        return new MessageRanges(ranges);
    }

    /// <summary>The messages in the order in which they were asked for, each once. Throws <see cref="CommandFailure"/> when there is no such message.</summary>
    public IReadOnlyList<Pop3Entry> Select(Pop3Listing listing)
    {
        var last = listing.Count > 0 ? listing[^1].Number : 0;
        var taken = new HashSet<int>();
        var chosen = new List<Pop3Entry>();
        foreach (var (from, to) in _ranges)
        {
            if (Math.Max(from, to ?? from) is var highest && highest > last) throw None(highest, listing.Count);

            // The entries are walked, not the numbers: what a server lists may lie two thousand million numbers apart.
            var first = PlaceOf(listing, from);
            if (from == to && listing[first].Number != from) throw None(from, listing.Count);
            for (var place = first; place < listing.Count && listing[place].Number <= (to ?? last); place++)
            {
                if (taken.Add(place)) chosen.Add(listing[place]);
            }
        }

        return chosen;
    }

    // Where the first message stands that has this number or a higher one.
    private static int PlaceOf(Pop3Listing listing, int number)
    {
        var (low, high) = (0, listing.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (listing[middle].Number < number) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static CommandFailure None(int number, int count) => new($"there is no message {number}; the maildrop holds {CollectArguments.Messages(count)}");

    private static bool TryParse(string text, out (int From, int? To) range)
    {
        range = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (!TryNumber(dash < 0 ? text : text[..dash], out var from)) return false;
        int? to = from;
        if (dash >= 0)
        {
            to = null;
            if (dash + 1 < text.Length)
            {
                if (!TryNumber(text[(dash + 1)..], out var end) || end < from) return false;
                to = end;
            }
        }

        range = (from, to);
        return true;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
