namespace Merpati.Host.Cli.Demo;

/// <summary>One line of a dialogue, as the file has it.</summary>
/// <param name="Side">Who says it.</param>
/// <param name="Text">What, without its line end.</param>
/// <param name="Number">Where in the file it stands, from 1.</param>
internal sealed record ScriptLine(DialogueSide Side, string Text, int Number);
