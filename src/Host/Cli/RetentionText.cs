using System.Globalization;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary>How long messages stay, as people write it: days, <c>never</c>, or <c>default</c> for what the next level says.</summary>
internal static class RetentionText
{
    public const string Allowed = "DAYS|never|default";

    private const string Never = "never";
    private const string ByDefault = "default";
    private const int MaxDays = 36_500;

    /// <summary>Reads it; null for <c>default</c>. Throws <see cref="CommandFailure"/> for what is none.</summary>
    public static Retention? Parse(string text)
    {
        if (text.Equals(ByDefault, StringComparison.OrdinalIgnoreCase)) return null;
        if (text.Equals(Never, StringComparison.OrdinalIgnoreCase)) return Retention.Forever;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MaxDays) return new Retention(days);
        throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not a number of days; write it as 30, never or default (0 to {MaxDays})", ExitStatus.WrongUsage);
    }

    /// <summary>The cell of a list, in the words that set it; nothing where nothing is set.</summary>
    public static string? Cell(Retention? retention) => retention switch
    {
        null => null,
        { IsForever: true } => Never,
        { Days: var days } => days.ToString(CultureInfo.InvariantCulture),
    };
}
