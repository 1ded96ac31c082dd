using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Merpati.Architecture.Tests;

/// <summary>A test runs, and waits for events, never for time.</summary>
internal static class TestHabits
{
    /// <summary>Which test is skipped or sleeps.</summary>
    public static IEnumerable<string> Check(RepositoryFile file)
    {
        foreach (var node in CSharpSyntaxTree.ParseText(file.Text).GetRoot().DescendantNodes())
        {
            var finding = node switch
            {
                // Leaving a test out at run time, where the machine lacks what it needs, is said aloud by Assert.SkipWhen and may be.
                AttributeArgumentSyntax { NameEquals.Name.Identifier.Text: "Skip" } => "a skipped test",
                MemberAccessExpressionSyntax { Expression: var type, Name.Identifier.Text: "Sleep" } when Is(type, "Thread") => "a sleep",
                MemberAccessExpressionSyntax { Expression: var type, Name.Identifier.Text: "Delay" } when Is(type, "Task") => "a sleep",
                _ => null,
            };
            if (finding is not null) yield return $"{file.Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {finding}";
        }
    }

    private static bool Is(ExpressionSyntax expression, string type) => expression.ToString().Split('.')[^1] == type;
}
