using System.Globalization;
using System.Text;

namespace Merpati.Bench.Submission;

/// <summary>What a run has shown.</summary>
/// <param name="PerSecond">Messages that were accepted in a second.</param>
/// <param name="PerCpuSecond">Messages for one second of the server's processor time, delivery included.</param>
/// <param name="Opened">Connections that were opened.</param>
/// <param name="Resumed">Those whose TLS session was resumed.</param>
internal sealed record LoadResult(double PerSecond, double PerCpuSecond, int Opened, int Resumed);

/// <summary>One run against one server.</summary>
internal sealed class LoadRun(Target target, LoadOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const double QuietSeconds = 0.02; // of processor time within a pause: two ticks, which a server that only waits may use

    private readonly byte[][] _messages = [.. Enumerable.Range(0, options.Users).Select(user => MessageOf(Address(options, user), options.Size))];
    private int _sent;
    private int _opened;
    private int _resumed;

    public async Task<LoadResult> RunAsync()
    {
        var time = TimeProvider.System;
        await QuietAsync();
        var cpu = ProcessTree.CpuSeconds(target.Roots);
        var started = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(WorkAsync));
        var elapsed = time.GetElapsedTime(started);

        // Accepted is not delivered everywhere: the price of a message is known when the server rests.
        await QuietAsync();
        cpu = ProcessTree.CpuSeconds(target.Roots) - cpu;
        return new LoadResult(options.Messages / elapsed.TotalSeconds, cpu > 0 ? options.Messages / cpu : double.NaN, _opened, _resumed);
    }

    private async Task WorkAsync(int worker)
    {
        var round = worker;
        while (Interlocked.Increment(ref _sent) <= options.Messages)
        {
            var user = round % options.Users;
            await using var connection = await SubmissionConnection.OpenAsync(target.EndPoint, options, Address(options, user));
            Interlocked.Increment(ref _opened);
            if (connection.IsResumed) Interlocked.Increment(ref _resumed);
            var left = options.PerConnection == 0 ? int.MaxValue : options.PerConnection;
            do
            {
                await connection.SendMessageAsync(Address(options, user), Address(options, (round + options.Users / 2) % options.Users), _messages[user]);
                round += options.Connections;
            }
            while (--left > 0 && Interlocked.Increment(ref _sent) <= options.Messages);
            await connection.QuitAsync();
        }
    }

    private async Task QuietAsync()
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var (before, quiet) = (ProcessTree.CpuSeconds(target.Roots), 0);
        while (quiet < 2 && time.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(Pause, time);
            var now = ProcessTree.CpuSeconds(target.Roots);
            quiet = now - before <= QuietSeconds ? quiet + 1 : 0;
            before = now;
        }
    }

    private static string Address(LoadOptions options, int user) => string.Create(CultureInfo.InvariantCulture, $"u{user}@{options.Domain}");

    private static byte[] MessageOf(string from, int size)
    {
        var text = new StringBuilder($"From: <{from}>\r\nTo: undisclosed-recipients:;\r\nSubject: load\r\nDate: Sun, 22 Nov 2026 05:06:24 +0000\r\nMessage-ID: <load@client.example.com>\r\n\r\n");
        while (text.Length < size - 80) text.Append('x', 70).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.Append('y', Math.Max(1, size - text.Length - 2)).Append("\r\n.\r\n").ToString());
    }
}
