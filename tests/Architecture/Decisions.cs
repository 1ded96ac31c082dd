namespace Merpati.Architecture.Tests;

/// <summary>The records of decisions: each has its three parts and stands in the index.</summary>
internal static class Decisions
{
    public const string Folder = "docs/adr";

    private static readonly string[] Parts = ["\nStatus: ", "\n## Context\n", "\n## Decision\n", "\n## Consequence\n"];

    public static IEnumerable<string> Check(string name, string text, string index)
    {
        if (!text.StartsWith($"# {name[..4]}: ", StringComparison.Ordinal)) yield return $"{name}: its title does not begin with its number";
        foreach (var part in Parts)
        {
            if (!text.Contains(part, StringComparison.Ordinal)) yield return $"{name}: it has no {part.Trim()}";
        }

        if (!index.Contains($"]({name})", StringComparison.Ordinal)) yield return $"{name}: not in the index";
    }
}
