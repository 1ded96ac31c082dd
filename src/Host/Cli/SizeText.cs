using System.Globalization;

namespace Merpati.Host.Cli;

/// <summary>Octets as a cell of a list: people read <c>500M</c>, scripts the number.</summary>
internal readonly record struct Size(long Octets)
{
    /// <summary>The number for scripts; null for no limit.</summary>
    public object? OrNull => Octets < SizeText.Unlimited ? Octets : null;
}

/// <summary>Sizes as people write them: <c>500M</c>, <c>2G</c>, or plain octets. The units are powers of 1024.</summary>
internal static class SizeText
{
    /// <summary>What stands for no limit where nothing would mean the default: more than any disk holds, and sums with it do not overflow.</summary>
    public const long Unlimited = 1L << 62;

    private const string Units = "KMGT";
    private const long Largest = 1L << 50;

    /// <summary>Reads a size; throws <see cref="CommandFailure"/> for what is none.</summary>
    public static long Parse(string text) => TryParse(text, out var octets)
        ? octets
        : throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not a size; write it as 500M or 2G (K, M, G, T; at most 1024T)", ExitStatus.WrongUsage);

    /// <summary>Reads a size or <c>none</c>, which is null.</summary>
    public static long? ParseLimit(string text) => IsNone(text) ? null : Parse(text);

    public static bool IsNone(string text) => text.Equals("none", StringComparison.OrdinalIgnoreCase);

    /// <summary>The cell of a list; nothing where there is no limit.</summary>
    public static object? Cell(long? octets) => octets is { } limit ? new Size(limit) : null;

    public static string Format(long octets)
    {
        if (octets >= Unlimited) return "none";
        var unit = -1;
        while (unit < Units.Length - 1 && octets >= 1024 && octets % 1024 == 0)
        {
            octets /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{octets}{(unit < 0 ? "" : Units[unit])}");
    }

    private static bool TryParse(string text, out long octets)
    {
        octets = 0;
        if (text.Length == 0) return false;
        var unit = Units.IndexOf(text[^1], StringComparison.OrdinalIgnoreCase);
        var digits = unit < 0 ? text : text[..^1];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        var factor = 1L << (10 * (unit + 1));
        if (number < 1 || number > Largest / factor) return false;
        octets = number * factor;
        return true;
    }
}
