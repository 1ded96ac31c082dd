namespace Merpati.Host.Cli.Demo;

/// <summary>What every mailbox holds after a dialogue, as the table of its file has it.</summary>
/// <param name="Rows">Its rows without the head, as <see cref="MailboxRow.ToMarkdown"/> writes them.</param>
internal sealed record MailboxTable(IReadOnlyList<string> Rows)
{
    /// <summary>What stands above the rows in a file.</summary>
    public static readonly IReadOnlyList<string> Head = ["| Mailbox | Number | Octets | From | Subject |", "|---|---|---|---|---|"];

    /// <summary>The numbers, from 1, of the first line of the table in the file, its head, and of the line after its last row.</summary>
    public (int Begin, int End) Place { get; init; }
}
