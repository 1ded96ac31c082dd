using System.CommandLine;
using System.Runtime.InteropServices;
using Merpati.Host.Composition;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary><c>queue watch</c>: how much waits for whom, again and again.</summary>
internal static class QueueWatchVerb
{
    private const int MaxCounts = 1_000;
    private const int DefaultRows = 20;

    public static Command Create()
    {
        var interval = new Option<string>("--interval") { Description = "How long from one look to the next, as in 2s or 1m.", HelpName = "TIME", DefaultValueFactory = _ => "2s" };
        var limit = QueueListVerb.LimitOption($"The most rows. Default: as many as the terminal has room for, or {DefaultRows}.");
        var verb = new Command("watch", """
            Watch the queue: what waits by destination and last reply, the most first, until Ctrl-C. On a terminal the picture is drawn anew each time;
            elsewhere each is printed after the other.
            """) { interval, limit };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var every = QueueDuration.Parse(line.GetRequiredValue(interval));
            if (every > TimeSpan.FromDays(1)) throw new CommandFailure("--interval is at most 1d", ExitStatus.WrongUsage);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            await WatchAsync(store.Queue, every, line.GetValue(limit), stop.Token);

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true; // the terminal gets its own picture back first
                stop.Cancel();
            }
        }));
        return verb;
    }

    private static async Task WatchAsync(IQueueStore queue, TimeSpan every, int? limit, CancellationToken stop)
    {
        using var screen = new QueueScreen(Console.Out, !Console.IsOutputRedirected);
        using var timer = new PeriodicTimer(every, TimeProvider.System);
        try
        {
            do
            {
                var counts = await queue.CountAsync(MaxCounts, stop);
                var (width, height) = Console.IsOutputRedirected ? (int.MaxValue, int.MaxValue) : (Console.WindowWidth, Console.WindowHeight);
                var rows = Math.Min(limit ?? (Console.IsOutputRedirected ? DefaultRows : int.MaxValue), Math.Max(1, height - QueueScreen.LinesAround));
                screen.Show(new QueuePicture(counts, counts.Count == MaxCounts, TimeProvider.System.GetUtcNow()), rows, width);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // that is how it ends
        }
    }
}
