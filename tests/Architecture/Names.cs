using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Merpati.Architecture.Tests;

/// <summary>What types, files and folders may not be called, and which namespace a folder makes.</summary>
internal static class Names
{
    private static readonly HashSet<string> Banned = ["Util", "Helper", "Common", "Misc", "Manager", "Processor", "Infrastructure", "Data", "Info"];

    /// <summary>Which folder, file or type has a name that says nothing.</summary>
    public static IEnumerable<string> CheckWords(RepositoryFile file)
    {
        foreach (var part in file.Path.Split('/', '.'))
        {
            if (BannedWord(part) is { } word) yield return $"{file.Path}: {word} says nothing";
        }

        foreach (var (name, _) in Types(file))
        {
            if (BannedWord(name) is { } word) yield return $"{file.Path}: the type {name}: {word} says nothing";
        }
    }

    /// <summary>Which type lives in another namespace than its folder makes.</summary>
    public static IEnumerable<string> CheckNamespaces(RepositoryFile file, IReadOnlyCollection<string> projects)
    {
        var expected = NamespaceOf(file, projects);
        foreach (var (name, space) in Types(file))
        {
            if (space != expected) yield return $"{file.Path}: {name} is in {(space.Length > 0 ? space : "no namespace")}, its folder makes {expected}";
        }
    }

    // The root is the project's name. A folder under tests without a project is a contract, compiled into the tests of others.
    private static string NamespaceOf(RepositoryFile file, IReadOnlyCollection<string> projects)
    {
        var folders = file.Folder.Split('/');
        var room = $"{folders[0]}/{folders[1]}/";
        var project = projects.FirstOrDefault(path => path.StartsWith(room, StringComparison.Ordinal));
        var root = project is null ? folders[1] + ".Contract" : project[room.Length..^".csproj".Length];
        return string.Join('.', ["Merpati", root, .. folders[2..]]);
    }

    private static IEnumerable<(string Name, string Namespace)> Types(RepositoryFile file)
    {
        var root = CSharpSyntaxTree.ParseText(file.Text).GetRoot();
        foreach (var node in root.DescendantNodes())
        {
            var name = node switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.Text,
                DelegateDeclarationSyntax type => type.Identifier.Text,
                _ => null,
            };
            if (name is null) continue;
            yield return (name, string.Join('.', node.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse().Select(space => space.Name.ToString())));
        }
    }

    // DATA is the field's own word, a verb of SMTP: a name may begin with it (DataCommand), not end in it (MessageData).
    private static string? BannedWord(string name)
    {
        var words = Words(name).ToList();
        if (words.Count > 1 && words[0] == "Data") words.RemoveAt(0);
        return words.Find(word => Banned.Contains(word) || (word.EndsWith('s') && Banned.Contains(word[..^1])));
    }

    private static IEnumerable<string> Words(string name)
    {
        var start = 0;
        for (var i = 1; i <= name.Length; i++)
        {
            if (i < name.Length && !char.IsUpper(name[i]) && name[i] is not ('_' or '-')) continue;
            var word = name[start..i].Trim('_', '-');
            if (word.Length > 0) yield return char.ToUpperInvariant(word[0]) + word[1..];
            start = i;
        }
    }
}
