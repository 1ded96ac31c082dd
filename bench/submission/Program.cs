using System.Globalization;

namespace Merpati.Bench.Submission;

/// <summary>Loads the servers in turn, mode by mode and run by run, and prints the medians; the ratios are the last server's to the first one's.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        try
        {
            var options = LoadOptions.Parse(arguments);
            Say($"{options.Messages} messages of {options.Size} octets, {options.Connections} connections at once, TLS {options.Tls}, SCRAM-SHA-256, medians of {options.Runs} runs");
            Say($"{"mode",-8} {"server",-12} {"messages/s",10} {"per CPU s",10} {"ratio",6} {"CPU ms",7} {"TLS sessions",14}");
            foreach (var mode in options.Modes) await CompareAsync(mode, options);
            return 0;
        }
        catch (Exception failure) when (failure is LoadFailure or IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException)
        {
            await Console.Error.WriteLineAsync("submission-load: " + failure.Message);
            return failure is LoadFailure ? 1 : 2;
        }
    }

    private static async Task CompareAsync(string mode, LoadOptions options)
    {
        var results = options.Targets.ToDictionary(target => target.Name, _ => new List<LoadResult>());
        for (var run = 0; run < options.Runs; run++)
        {
            foreach (var target in options.Targets) results[target.Name].Add(await new LoadRun(target, options.In(mode)).RunAsync());
        }

        var first = Median(results[options.Targets[0].Name], result => result.PerCpuSecond);
        foreach (var target in options.Targets)
        {
            var runs = results[target.Name];
            var perCpu = Median(runs, result => result.PerCpuSecond);
            var sessions = string.Create(CultureInfo.InvariantCulture, $"{runs.Sum(run => run.Resumed)} of {runs.Sum(run => run.Opened)} resumed");
            Say($"{mode,-8} {target.Name,-12} {Median(runs, result => result.PerSecond),10:0} {perCpu,10:0} {perCpu / first,6:0.00} {1000 / perCpu,7:0.00} {sessions,14}");
        }
    }

    private static double Median(List<LoadResult> runs, Func<LoadResult, double> figure)
    {
        var figures = runs.Select(figure).Order().ToList();
        return (figures[(figures.Count - 1) / 2] + figures[figures.Count / 2]) / 2;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
