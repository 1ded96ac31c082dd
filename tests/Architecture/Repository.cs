using System.Xml.Linq;

namespace Merpati.Architecture.Tests;

/// <summary>A file of the repository: its path from the root, with slashes, and its text.</summary>
internal sealed record RepositoryFile(string Path, string Text)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    /// <summary>The folder's name below src or tests; empty elsewhere.</summary>
    public string Project => Path.Split('/') is ["src" or "tests", var project, _, ..] ? project : "";

    public XDocument Xml => XDocument.Parse(Text);
}

/// <summary>The repository on disk, found by walking up to its solution file.</summary>
internal static class Repository
{
    private const string Solution = "Merpati.slnx";

    private static readonly HashSet<string> NotOurs = ["artifacts", "bin", "obj", "data", "TestResults", "node_modules"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<RepositoryFile> Files { get; } = [.. Read(Root)];

    public static IEnumerable<RepositoryFile> CSharp(string room) => In(room, ".cs");

    public static IEnumerable<RepositoryFile> Projects(string room) => In(room, ".csproj");

    public static IEnumerable<RepositoryFile> BuildFiles =>
        Files.Where(file => file.Name.EndsWith(".csproj", StringComparison.Ordinal)
            || file.Name.EndsWith(".props", StringComparison.Ordinal)
            || file.Name.EndsWith(".targets", StringComparison.Ordinal));

    public static RepositoryFile File(string path) => Files.Single(file => file.Path == path);

    public static string Text(string path) => System.IO.File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<RepositoryFile> In(string room, string ending) =>
        Files.Where(file => file.Path.StartsWith(room + "/", StringComparison.Ordinal) && file.Name.EndsWith(ending, StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, Solution))) return folder.FullName;
        }

        throw new InvalidOperationException($"{Solution} is in no folder above {AppContext.BaseDirectory}");
    }

    // Only what the checkers read; everything else keeps its empty text.
    private static IEnumerable<RepositoryFile> Read(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var read = Path.GetExtension(path) is ".cs" or ".csproj" or ".props" or ".targets" or ".slnx";
            yield return new RepositoryFile(Relative(path), read ? System.IO.File.ReadAllText(path) : "");
        }

        foreach (var below in Directory.EnumerateDirectories(folder))
        {
            if (NotOurs.Contains(Path.GetFileName(below)) || Path.GetFileName(below).StartsWith('.')) continue;
            foreach (var file in Read(below)) yield return file;
        }
    }

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
