using System.Reflection;

namespace Merpati.Host.Cli.Demo;

/// <summary>The dialogues that the program has with it: the files of docs/dialogues, as they were when it was built.</summary>
internal static class DialogueLibrary
{
    private const string Folder = "dialogues/";
    private const string Ending = ".md";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<Dialogue> ReadAll() =>
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => DialogueReader.Read(name[Folder.Length..^Ending.Length], ReadText(name))),
    ];

    private static string ReadText(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
