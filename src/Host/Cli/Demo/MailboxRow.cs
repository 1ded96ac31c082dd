using System.Globalization;

namespace Merpati.Host.Cli.Demo;

/// <summary>One message in a mailbox, or a mailbox that has none.</summary>
/// <param name="Mailbox">Whose it is.</param>
/// <param name="Number">Its number in the mailbox, from 1; 0 for an empty one.</param>
/// <param name="Octets">Its size.</param>
/// <param name="From">Its From field.</param>
/// <param name="Subject">Its Subject field.</param>
internal sealed record MailboxRow(string Mailbox, int Number, long Octets, string From, string Subject)
{
    private const string None = "none";

    /// <summary>The row of an empty mailbox.</summary>
    public static MailboxRow Empty(string mailbox) => new(mailbox, 0, 0, "", "");

    /// <summary>The number as a person reads it.</summary>
    public string NumberText => Number == 0 ? None : Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The size as a person reads it.</summary>
    public string OctetsText => Number == 0 ? "" : Octets.ToString(CultureInfo.InvariantCulture);

    /// <summary>The row of the table in the file.</summary>
    public string ToMarkdown() => $"| {Mailbox} | {NumberText} | {OctetsText} | {Code(From)} | {Code(Subject)} |";

    // Angle brackets would be taken for HTML.
    private static string Code(string text) => text.Length == 0 ? "" : $"`{ControlText.Escape(text).Replace("|", "\\|", StringComparison.Ordinal)}`";
}
