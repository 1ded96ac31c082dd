namespace Merpati.Host.Cli.Demo;

/// <summary>One line of a dialogue, as it was really said.</summary>
/// <param name="Side">Who says it.</param>
/// <param name="Text">What was said; null when the file has a reply that did not come.</param>
/// <param name="Expected">The line of the file that it should be; null when the server said more than the file has.</param>
internal sealed record PlayedLine(DialogueSide Side, string? Text, ScriptLine? Expected)
{
    /// <summary>Whether the server said what the file has, as far as it is the same at every run.</summary>
    public bool IsAsWritten => Side == DialogueSide.Client || (Text is not null && Expected is not null && ReplyShape.AreAlike(Expected.Text, Text, TimeProvider.System.GetUtcNow()));
}
