using System.Globalization;
using System.Text;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary>What one look at the queue has shown.</summary>
/// <param name="Counts">What waits, the largest first.</param>
/// <param name="IsPart">Whether there may be more.</param>
/// <param name="At">When.</param>
internal sealed record QueuePicture(IReadOnlyList<QueueCount> Counts, bool IsPart, DateTimeOffset At);

/// <summary>Draws one picture of the queue over the other on a terminal, or one after the other elsewhere. Disposing gives the terminal back.</summary>
internal sealed class QueueScreen : IDisposable
{
    /// <summary>The lines of a picture besides its rows: the summary, the heading, what is left out, and the one on which the cursor stays.</summary>
    public const int LinesAround = 4;

    // ECMA-48 and the alternate screen of xterm, which every terminal of today knows.
    private const string Enter = "\u001b[?1049h";
    private const string Leave = "\u001b[?1049l";
    private const string Home = "\u001b[H";
    private const string ClearLine = "\u001b[K";
    private const string ClearBelow = "\u001b[J";

    private readonly TextWriter _output;
    private readonly bool _isTerminal;
    private long? _before;

    public QueueScreen(TextWriter output, bool isTerminal)
    {
        _output = output;
        _isTerminal = isTerminal;
        if (_isTerminal) _output.Write(Enter);
    }

    /// <summary>Shows a picture with at most so many rows; on a terminal no line is longer than <paramref name="width"/> characters.</summary>
    public void Show(QueuePicture picture, int rows, int width)
    {
        var frame = new StringBuilder(_isTerminal ? Home : "");
        foreach (var line in Compose(picture, rows))
        {
            frame.Append(_isTerminal && line.Length > width ? line.AsSpan(0, char.IsHighSurrogate(line[width - 1]) ? width - 1 : width) : line);
            frame.Append(_isTerminal ? ClearLine : "").Append('\n');
        }

        frame.Append(_isTerminal ? ClearBelow : "\n");
        _output.Write(frame);
        _output.Flush();
    }

    public void Dispose()
    {
        if (_isTerminal) _output.Write(Leave);
        _output.Flush();
    }

    private IEnumerable<string> Compose(QueuePicture picture, int rows)
    {
        var total = picture.Counts.Sum(count => (long)count.Recipients);
        var destinations = picture.Counts.Select(count => count.Destination).Distinct(StringComparer.Ordinal).Count();
        var change = _before is { } before && before != total ? string.Create(CultureInfo.InvariantCulture, $" ({total - before:+#;-#})") : "";
        _before = total;
        var atLeast = picture.IsPart ? "at least " : "";
        yield return string.Create(CultureInfo.InvariantCulture, $"{QueueText.Time(picture.At)}  {atLeast}{QueueText.Recipients(total)}{change} for {destinations} {(destinations == 1 ? "destination" : "destinations")}");
        if (picture.Counts.Count == 0) yield break;

        var shown = picture.Counts.Take(rows).Select(count => (
            Recipients: count.Recipients.ToString(CultureInfo.InvariantCulture), Oldest: QueueDuration.Format(picture.At - count.Oldest),
            Destination: ControlText.Escape(count.Destination), Reply: count.LastReply.Length == 0 ? "(not tried yet)" : QueueText.OneLine(count.LastReply))).ToList();
        var width = Math.Max("destination".Length, shown.Max(row => row.Destination.Length));
        yield return $"recipients  oldest  {"destination".PadRight(width)}  reply";
        foreach (var row in shown) yield return $"{row.Recipients,10}  {row.Oldest,6}  {row.Destination.PadRight(width)}  {row.Reply}";
        if (picture.Counts.Count > shown.Count) yield return string.Create(CultureInfo.InvariantCulture, $"and {picture.Counts.Count - shown.Count} more");
    }
}
