using System.Globalization;
using System.Text.Json;
using Merpati.Delivery.Collecting;
using Merpati.Storage;
using Merpati.Storage.Collecting;

namespace Merpati.Host.Cli.Fetching;

/// <summary>The runs of one <c>fetch</c>, and what the person at the terminal sees of them.</summary>
internal sealed class FetchRuns
{
    private readonly MaildropCollector _collector;
    private readonly CollectSource _source;
    private readonly ReadOnlyMemory<byte> _password;

    public FetchRuns(MaildropCollector collector, CollectSource source, ReadOnlyMemory<byte> password)
    {
        _collector = collector;
        _source = source;
        _password = password;
    }

    public CollectAfter After { get; init; }

    public CollectTls Tls { get; init; }

    public bool Json { get; init; }

    /// <summary>Whether the source was made for this command: where nothing comes of it, it goes again.</summary>
    public bool IsNew { get; init; }

    /// <summary>
    /// Runs once, or again and again until it is stopped. A first run that fails ends it with <see cref="CommandFailure"/>; of a later one it is only told.
    /// </summary>
    public async Task RunAsync(IMailStore store, TimeSpan? every, FetchStop stop)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var report = await RunOnceAsync(stop);
            if (isFirst && IsNew) await TidyAsync(store, report);
            Print(report);
            var wasStopped = stop.Finish.IsCancellationRequested;
            if (every is null && wasStopped && report.Failure is null) throw new CommandFailure("stopped early; the next run goes on from here");
            var failure = report.Failure ?? (report.Left > 0 ? $"{CollectArguments.Messages(report.Left)} left there" : null);
            if (every is null || (isFirst && report.Failure is not null))
            {
                if (failure is not null) throw new CommandFailure(failure);
                return;
            }

            if (failure is not null) Console.Error.WriteLine($"merpati: {failure}");
            if (!await WaitAsync(every.Value, stop)) return;
        }
    }

    private static async Task<bool> WaitAsync(TimeSpan wait, FetchStop stop)
    {
        try
        {
            await Task.Delay(wait, TimeProvider.System, stop.Finish);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<CollectReport> RunOnceAsync(FetchStop stop)
    {
        using var progress = new ProgressLine("collecting", TimeProvider.System);
        try
        {
            var job = new CollectJob(_source, _password) { After = After, Tls = Tls, FinishEarly = stop.Finish, Progress = new Bar(progress) };
            return await _collector.RunAsync(job, stop.Abort);
        }
        catch (OperationCanceledException)
        {
            throw new CommandFailure("broken off; nothing is lost, and the next run goes on from here");
        }
    }

    // A mistyped URL leaves nothing behind.
    private async Task TidyAsync(IMailStore store, CollectReport report)
    {
        if (report.Failure is null || report.Collected + report.Known > 0) return;
        if (await store.Collecting.FindAsync(_source.Settings.Account, _source.Settings.Server, CancellationToken.None) is { Collected: 0, Settings.Interval: null })
            await store.Collecting.RemoveAsync(_source.Settings.Account, _source.Settings.Server, CancellationToken.None);
    }

    private void Print(CollectReport report)
    {
        if (Json) PrintJson(report);
        else if (report.Failure is null || report.Collected + report.Removed > 0) Console.Out.WriteLine(Summary(report));
        Console.Out.Flush();
        if (report.WithoutUniqueId > 0)
        {
            var again = After == CollectAfter.Keep ? "; each run has to fetch them again to know them" : "";
            Console.Error.WriteLine($"merpati: note: the server gives {CollectArguments.Messages(report.WithoutUniqueId)} no unique-id of its own; they are told apart by their text{again}");
        }

        foreach (var reason in report.Reasons) Console.Error.WriteLine($"merpati: {reason}; it stays there");
        if (report.Left > report.Reasons.Count) Console.Error.WriteLine($"merpati: and {report.Left - report.Reasons.Count} more like these");
    }

    private string Summary(CollectReport report)
    {
        var known = report.Known > 0 ? $"; {report.Known} had come before" : "";
        var removed = After == CollectAfter.Delete ? $"; {report.Removed} removed there" : "";
        return $"collected {CollectArguments.Messages(report.Collected)} ({Amount(report.Octets)}) from {_source.Settings.Server} into {_source.Settings.Account}{known}{removed}";
    }

    private void PrintJson(CollectReport report) => Console.Out.WriteLine(JsonSerializer.Serialize(new
    {
        server = _source.Settings.Server,
        account = _source.Settings.Account.ToString(),
        collected = report.Collected,
        octets = report.Octets,
        known = report.Known,
        removed = report.Removed,
        left = report.Left,
        reasons = report.Reasons,
        failure = report.Failure,
    }));

    internal static string Amount(long octets) => octets switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{octets} octets"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{octets / 1000.0:0.0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{octets / 1_000_000.0:0.0} MB"),
    };

    private sealed class Bar(ProgressLine line) : IProgress<CollectProgress>
    {
        public void Report(CollectProgress value)
        {
            var share = value.AllOctets > 0 ? (double)value.Octets / value.AllOctets : (double)value.Messages / Math.Max(1, value.AllMessages);
            line.Report(share, $"{value.Messages} of {CollectArguments.Messages(value.AllMessages)}, {Amount(value.Octets)} of {Amount(value.AllOctets)}");
        }
    }
}
