using Merpati.Host.Cli.Demo;

namespace Merpati.Host.Tests.Dialogues;

/// <summary>The files of docs/dialogues in the checkout.</summary>
internal static class DialogueFiles
{
    public const string Index = "README";

    public static string Folder { get; } = Path.Combine(Repository.Root, "docs", "dialogues");

    public static IEnumerable<string> Names { get; } =
        [.. Directory.GetFiles(Folder, "*.md").Select(path => Path.GetFileNameWithoutExtension(path)!).Where(name => name != Index).Order(StringComparer.Ordinal)];

    public static string Read(string name) => File.ReadAllText(Path.Combine(Folder, name + ".md"));

    public static void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name + ".md"), text);

    /// <summary>Holds the dialogue of a text in a folder of its own.</summary>
    public static async Task<PlayedDialogue> HoldAsync(string name, string text)
    {
        using var folder = new TemporaryFolder();
        return await DialogueRun.HoldAsync(DialogueReader.Read(name, text), folder.Path, TestContext.Current.CancellationToken);
    }
}
