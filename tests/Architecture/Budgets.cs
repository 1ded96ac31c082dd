using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Merpati.Architecture.Tests;

/// <summary>How long a file, a method and a list of parameters may be. Past that, a noun is missing.</summary>
internal static class Budgets
{
    public const int FileLines = 400;
    public const int MethodLines = 60;
    public const int Parameters = 5;

    /// <summary>What goes over its budget, as <c>path: member: finding</c>.</summary>
    public static IEnumerable<string> Check(RepositoryFile file)
    {
        var root = CSharpSyntaxTree.ParseText(file.Text).GetRoot();
        var lines = file.Text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        if (lines > FileLines) yield return $"{file.Path}: {lines} lines of {FileLines}";
        foreach (var node in root.DescendantNodes())
        {
            if (HasBody(node) && Lines(node) is var length and > MethodLines) yield return $"{file.Path}: {NameOf(node)}: {length} lines of {MethodLines}";
            if (CountedParameters(node) is var count and > Parameters) yield return $"{file.Path}: {NameOf(node)}: {count} parameters of {Parameters}";
        }
    }

    private static bool HasBody(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax
        || node is PropertyDeclarationSyntax { ExpressionBody: not null } or IndexerDeclarationSyntax { ExpressionBody: not null };

    private static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    // Three lists are lists of facts, not of instructions, and may be longer: a record's, a foreign function's, a log message's.
    private static int CountedParameters(SyntaxNode node) => node switch
    {
        RecordDeclarationSyntax => 0,
        BaseMethodDeclarationSyntax method when IsForeign(method.Modifiers, method.AttributeLists) => 0,
        LocalFunctionStatementSyntax function when IsForeign(function.Modifiers, function.AttributeLists) => 0,
        BaseMethodDeclarationSyntax method => method.ParameterList.Parameters.Count,
        LocalFunctionStatementSyntax function => function.ParameterList.Parameters.Count,
        DelegateDeclarationSyntax type => type.ParameterList.Parameters.Count,
        TypeDeclarationSyntax type => type.ParameterList?.Parameters.Count ?? 0,
        _ => 0,
    };

    private static bool IsForeign(SyntaxTokenList modifiers, SyntaxList<AttributeListSyntax> attributes) =>
        modifiers.Any(SyntaxKind.ExternKeyword)
        || attributes.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "LibraryImport" or "LoggerMessage");

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } accessor => $"{property.Identifier.Text}.{accessor.Keyword.Text}",
        _ => $"line {node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}",
    };
}
