using System.Globalization;

namespace Merpati.Host.Cli;

/// <summary>Spans of time as people write them: <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>3d</c>.</summary>
internal static class QueueDuration
{
    private const long MaxSeconds = 36_500L * 86_400; // a hundred years: no date of a message leaves the calendar by it

    /// <summary>Reads a span of at least a second; what is none is wrong usage.</summary>
    public static TimeSpan Parse(string text)
    {
        var unit = text.Length < 2 ? 0 : char.ToLowerInvariant(text[^1]) switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 };
        if (unit > 0 && long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= MaxSeconds / unit)
        {
            return TimeSpan.FromSeconds(number * unit);
        }

        throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not a span of time; write it as 30s, 5m, 2h or 3d", ExitStatus.WrongUsage);
    }

    /// <summary>An age with its two largest units, as in <c>2h05m</c>.</summary>
    public static string Format(TimeSpan span)
    {
        if (span < TimeSpan.Zero) span = TimeSpan.Zero;
        return span switch
        {
            { Days: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{span.Days}d{span.Hours:00}h"),
            { Hours: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{span.Hours}h{span.Minutes:00}m"),
            { Minutes: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}m{span.Seconds:00}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{span.Seconds}s"),
        };
    }
}
