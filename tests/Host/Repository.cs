namespace Merpati.Host.Tests;

/// <summary>Where things are in the checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The real program, of the same build as the tests.</summary>
    public static string Program { get; } = Path.Combine(
        Root, "artifacts", "bin", "Host", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "merpati");

    /// <summary>Real messages, where they are at hand.</summary>
    public static string Corpus { get; } = Path.Combine(Root, "..", "shared", "corpus");

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Merpati.slnx"))) directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no Merpati.slnx above the tests");
        return directory;
    }
}
