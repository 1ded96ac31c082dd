using System.Diagnostics;

namespace Merpati.Host.Tests.Fetching;

/// <summary>Runs <c>merpati fetch</c> as a person does who has no data directory.</summary>
internal static class FetchCommand
{
    public static Task<CommandResult> RunAsync(string url, params string[] more) => Command.RunAsync(Repository.Program, Arguments(url, more), "secret\n");

    /// <summary>Under strace, which may make system calls fail.</summary>
    public static Task<CommandResult> RunUnderAsync(string strace, string[] wrapping, string url, params string[] more) =>
        Command.RunAsync(strace, [.. wrapping, Repository.Program, .. Arguments(url, more)], "secret\n");

    public static Process Start(string url, params string[] more)
    {
        var process = Command.Start(Repository.Program, Arguments(url, more));
        process.StandardInput.WriteLine("secret");
        process.StandardInput.Flush();
        return process;
    }

    /// <summary>It failed with status 1 and one line that says why.</summary>
    public static void Fails(this CommandResult result, string why)
    {
        Assert.True(result.Status == 1, $"status {result.Status}\n{result.Output}\n{result.Error}");
        Assert.Contains(why, Assert.Single(WithoutProgress(result.Error).TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    /// <summary>What was told on standard error besides how far it has come, which only a slow machine gets to see.</summary>
    public static string WithoutProgress(string error) =>
        string.Concat(error.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("saving: ", StringComparison.Ordinal) && !line.StartsWith("reading: ", StringComparison.Ordinal)).Select(line => line + "\n"));

    private static string[] Arguments(string url, string[] more) => ["fetch", url, "--password-stdin", .. more];
}
