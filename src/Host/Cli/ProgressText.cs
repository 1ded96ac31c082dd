using System.Globalization;

namespace Merpati.Host.Cli;

/// <summary>How far something has come, in one line of a terminal.</summary>
internal static class ProgressText
{
    private const int WidestBar = 30;
    private const int NarrowestBar = 10;

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100,3:0} %");

    /// <summary>
    /// The line in at most so many columns: where they do not do, first the bar becomes shorter, then the words about it go, from the last comma on, and then its end is cut off.
    /// </summary>
    public static string Line(string what, double share, TimeSpan elapsed, string detail, int columns)
    {
        var left = Left(share > 0.01 ? elapsed * ((1 - share) / share) : TimeSpan.Zero);
        while (true)
        {
            var end = $"] {Percent(share)}  {left} left {detail}".TrimEnd();
            var bar = Math.Min(WidestBar, columns - what.Length - " [".Length - end.Length);
            if (bar >= NarrowestBar || detail.Length == 0)
            {
                var filled = (int)(share * Math.Max(bar, NarrowestBar));
                var line = $"{what} [{new string('#', filled)}{new string('.', Math.Max(bar, NarrowestBar) - filled)}{end}";
                return line[..Math.Min(line.Length, Math.Max(columns, 0))];
            }

            detail = detail[..Math.Max(detail.LastIndexOf(','), 0)];
        }
    }

    private static string Left(TimeSpan left) => left < TimeSpan.FromHours(1)
        ? left.ToString("mm\\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(long)left.TotalHours}:{left:mm\\:ss}");
}
