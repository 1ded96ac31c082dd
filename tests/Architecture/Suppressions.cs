using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Merpati.Architecture.Tests;

/// <summary>Warnings are errors, and one is silenced only on its own line, with its reason.</summary>
internal static class Suppressions
{
    private static readonly string[] Switches = ["NoWarn", "WarningsNotAsErrors", "MSBuildWarningsAsMessages", "WarningLevel", "RunAnalyzers", "TreatWarningsAsErrors", "Nullable"];

    /// <summary>What silences warnings for a whole project.</summary>
    public static IEnumerable<string> CheckBuildFile(RepositoryFile file)
    {
        foreach (var element in file.Xml.Descendants())
        {
            var name = element.Name.LocalName;
            var restates = name is "TreatWarningsAsErrors" && element.Value == "true" || name is "Nullable" && element.Value == "enable";
            if (Switches.Contains(name) && !restates) yield return $"{file.Path}: {name}";
            if (element.Attribute("NoWarn") is not null) yield return $"{file.Path}: NoWarn on {name}";
        }
    }

    /// <summary>What silences a warning in code and does not say why.</summary>
    public static IEnumerable<string> CheckCode(RepositoryFile file)
    {
        var root = CSharpSyntaxTree.ParseText(file.Text).GetRoot();
        foreach (var trivia in root.DescendantTrivia(descendIntoTrivia: true))
        {
            if (trivia.GetStructure() is PragmaWarningDirectiveTriviaSyntax pragma && pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword) && !HasReason(pragma))
            {
                yield return $"{At(file, pragma)}: #pragma warning disable without a reason on its line";
            }

            if (trivia.GetStructure() is NullableDirectiveTriviaSyntax nullable) yield return $"{At(file, nullable)}: #nullable is set once, for all";
        }

        foreach (var attribute in root.DescendantNodes().OfType<AttributeSyntax>())
        {
            if (attribute.Name.ToString().Split('.')[^1] is not ("SuppressMessage" or "SuppressMessageAttribute" or "UnconditionalSuppressMessage")) continue;
            var reason = attribute.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.Text == "Justification");
            if (reason?.Expression.ToString().Trim('"', ' ') is null or "") yield return $"{At(file, attribute)}: SuppressMessage without a justification";
        }
    }

    private static bool HasReason(PragmaWarningDirectiveTriviaSyntax pragma)
    {
        var line = pragma.ToFullString();
        var comment = line.IndexOf("//", StringComparison.Ordinal);
        return comment >= 0 && line[(comment + 2)..].Trim().Length > 0;
    }

    private static string At(RepositoryFile file, SyntaxNode node) => $"{file.Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}
