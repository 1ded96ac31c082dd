using System.Diagnostics;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>What a command left behind.</summary>
internal sealed record CommandResult(int Status, string Output, string Error)
{
    /// <summary>The command must have gone well; returns its output.</summary>
    public string Fine()
    {
        Assert.True(Status == 0, $"status {Status}\n{Output}\n{Error}");
        return Output;
    }
}

/// <summary>Runs programs: Merpati itself, and the real clients of the suite.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs <c>merpati</c> with a data directory.</summary>
    public static Task<CommandResult> MerpatiAsync(string dataDirectory, string? input, params string[] arguments) =>
        RunAsync(Repository.Program, [.. arguments, "--data", dataDirectory], input);

    /// <summary>A path to a real client, or null where it is not installed.</summary>
    public static string? Find(string program)
    {
        var unpacked = Path.Combine(Repository.Root, "artifacts", "tools", "postfix", "usr", "sbin", program);
        if (File.Exists(unpacked)) return unpacked;
        return Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin").Append("/sbin")
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
    }

    /// <summary>The path of a real client; the test is skipped, and says so, where it is not installed.</summary>
    public static string Need(string program)
    {
        var path = Find(program);
        Assert.SkipWhen(path is null, $"{program} is not installed and could not be");
        return path!;
    }

    /// <summary>swaks with the Perl modules that a way of talking needs; the test is skipped, and says so, where they are not installed.</summary>
    public static async Task<string> NeedSwaksAsync(params string[] modules)
    {
        var swaks = Need("swaks");
        foreach (var module in modules)
        {
            var found = await RunAsync(Need("perl"), [$"-M{module}", "-e", "1"]);
            Assert.SkipWhen(found.Status != 0, $"the Perl module {module} is not installed and could not be");
        }

        return swaks;
    }

    public static async Task<CommandResult> RunAsync(string program, IEnumerable<string> arguments, string? input = null)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end\n{await output}\n{await error}");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var unpacked = Path.Combine(Repository.Root, "artifacts", "tools", "postfix");
        if (program.StartsWith(unpacked, StringComparison.Ordinal))
        {
            var folders = new[] { "usr/lib/postfix", "usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu" };
            start.Environment["LD_LIBRARY_PATH"] = string.Join(':', folders.Select(folder => Path.Combine(unpacked, folder)));
        }

        return Process.Start(start)!;
    }
}
