namespace Merpati.Host.Cli.Demo;

/// <summary>What was really said over one connection.</summary>
/// <param name="Script">What should have been.</param>
/// <param name="Lines">What was.</param>
internal sealed record PlayedScript(DialogueScript Script, IReadOnlyList<PlayedLine> Lines);
