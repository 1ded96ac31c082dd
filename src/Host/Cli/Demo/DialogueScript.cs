namespace Merpati.Host.Cli.Demo;

/// <summary>What is said over one connection.</summary>
/// <param name="Protocol">smtp, pop3 or progin; the listener of that name is spoken to.</param>
/// <param name="Sentences">What happens, in paragraphs, told before it is played.</param>
/// <param name="Lines">What client and server say.</param>
internal sealed record DialogueScript(string Protocol, IReadOnlyList<string> Sentences, IReadOnlyList<ScriptLine> Lines)
{
    /// <summary>Whether the client ends its lines with LF alone, as some programs do that people type into.</summary>
    public bool EndsInLineFeed { get; init; }

    /// <summary>The numbers, from 1, of the first line of the block in the file and of the line after its last one.</summary>
    public (int Begin, int End) Place { get; init; }
}
