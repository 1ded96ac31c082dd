using System.Globalization;

namespace Merpati.Host.Cli.Demo;

/// <summary>A dialogue that was really held, with a server of its own.</summary>
/// <param name="Dialogue">What should have been.</param>
/// <param name="Scripts">What was said.</param>
/// <param name="Mailboxes">What the mailboxes hold now.</param>
internal sealed record PlayedDialogue(Dialogue Dialogue, IReadOnlyList<PlayedScript> Scripts, IReadOnlyList<MailboxRow> Mailboxes)
{
    /// <summary>Where it was otherwise than the file says, each with file and line; none when all is as written.</summary>
    public IEnumerable<string> Differences()
    {
        foreach (var script in Scripts)
        {
            var number = script.Script.Place.Begin;
            foreach (var line in script.Lines)
            {
                number = line.Expected?.Number ?? number;
                if (!line.IsAsWritten) yield return $"{At(number)}: {Tell(line)}";
            }
        }

        var (before, now) = (Dialogue.Mailboxes.Rows, Mailboxes.Select(row => row.ToMarkdown()).ToList());
        if (!before.SequenceEqual(now))
            yield return $"{At(Dialogue.Mailboxes.Place.Begin)}: the mailboxes hold something else{Mark('-', before.Except(now))}{Mark('+', now.Except(before))}";
    }

    private static string Tell(PlayedLine line) => (line.Expected, line.Text) switch
    {
        (null, _) => $"the server says more than the file has\n  + S: {line.Text}",
        (_, null) => $"a reply does not come\n  - S: {line.Expected.Text}",
        _ => $"the server says something else\n  - S: {line.Expected.Text}\n  + S: {line.Text}",
    };

    private static string Mark(char sign, IEnumerable<string> rows) => string.Concat(rows.Select(row => $"\n  {sign} {row}"));

    private string At(int number) => string.Create(CultureInfo.InvariantCulture, $"{Dialogue.Path}:{number}");
}
