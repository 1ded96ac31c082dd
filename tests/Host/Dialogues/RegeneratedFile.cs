using Merpati.Host.Cli.Demo;

namespace Merpati.Host.Tests.Dialogues;

/// <summary>
/// A file with what the server really said. What varies from run to run stays as it is in the file, and the client's answers to challenges are those to the
/// challenges of the file, so that nothing changes but what has changed.
/// </summary>
internal static class RegeneratedFile
{
    public static string Of(string text, PlayedDialogue played)
    {
        var lines = text.Split('\n').ToList();
        var rows = MailboxTable.Head.Concat(played.Mailboxes.Select(row => row.ToMarkdown()));
        Replace(lines, played.Dialogue.Mailboxes.Place, rows); // from the end of the file on, so that the places before stay right
        foreach (var script in played.Scripts.Reverse()) Replace(lines, script.Script.Place, Write(script, played.Dialogue.Scene));
        return string.Join('\n', lines);
    }

    /// <summary>The lines of one block.</summary>
    public static IEnumerable<string> Write(PlayedScript played, DialogueScene scene)
    {
        var answers = new LegacyAnswer(scene);
        foreach (var line in played.Lines)
        {
            if (line.Text is not { } text) continue;
            if (line.Side == DialogueSide.Server && line.IsAsWritten) text = line.Expected!.Text;
            if (line.Side == DialogueSide.Server) answers.Heard(text);
            else text = answers.Say(line.Expected!.Text);
            yield return $"{(line.Side == DialogueSide.Client ? "C:" : "S:")}{(text.Length == 0 ? "" : " ")}{text}";
        }
    }

    private static void Replace(List<string> lines, (int Begin, int End) place, IEnumerable<string> by)
    {
        lines.RemoveRange(place.Begin - 1, place.End - place.Begin);
        lines.InsertRange(place.Begin - 1, by);
    }
}
