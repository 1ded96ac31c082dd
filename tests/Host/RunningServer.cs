using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>The real program, serving on ports that the system chose.</summary>
internal sealed partial class RunningServer : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly Task _draining;

    private RunningServer(Process process)
    {
        _process = process;
        _draining = DrainLogAsync();
    }

    public int Id => _process.Id;

    public IPEndPoint Smtp { get; private set; } = new(IPAddress.Loopback, 0);

    public IPEndPoint Pop3 { get; private set; } = new(IPAddress.Loopback, 0);

    public IPEndPoint Pop3s { get; private set; } = new(IPAddress.Loopback, 0);

    public IPEndPoint Progin { get; private set; } = new(IPAddress.Loopback, 0);

    public IPEndPoint Submission { get; private set; } = new(IPAddress.Loopback, 0);

    public IPEndPoint Submissions { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>What it has logged so far.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>Starts it and waits for "ready".</summary>
    public static async Task<RunningServer> StartAsync(string dataDirectory, params string[] more)
    {
        var process = Command.Start(Repository.Program, Arguments(dataDirectory, more));
        return await WaitReadyAsync(process);
    }

    /// <summary>Starts it under another program, such as strace, that is given before its own arguments.</summary>
    public static async Task<RunningServer> StartUnderAsync(string wrapper, string[] wrapping, string dataDirectory, params string[] more) =>
        await WaitReadyAsync(Command.Start(wrapper, [.. wrapping, Repository.Program, .. Arguments(dataDirectory, more)]));

    /// <summary>A data directory with the domain example.org and these accounts, password "secret" each.</summary>
    public static async Task PrepareAsync(string dataDirectory, params string[] users)
    {
        (await Command.MerpatiAsync(dataDirectory, null, "domain", "add", "example.org")).Fine();
        var rows = Path.Combine(dataDirectory, "accounts.csv");
        await File.WriteAllLinesAsync(rows, users.Select(user => $"{user}@example.org,,secret"));
        (await Command.MerpatiAsync(dataDirectory, null, "account", "import", rows, "--set", "Auth:Iterations=4096")).Fine();
        File.Delete(rows);
    }

    /// <summary>Asks it to stop and returns its exit status.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited) Assert.Equal(0, Signal(_process.Id, SigTerm));
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await _draining;
        return _process.ExitCode;
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await _draining;
        return _process.ExitCode;
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _draining;
    }

    /// <summary>A figure of /proc/PID/status in KiB, as VmRSS or VmHWM.</summary>
    public long MemoryKiB(string figure)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(text => text.StartsWith(figure + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string[] Arguments(string dataDirectory, string[] more) =>
    [
        "serve", "--data", dataDirectory, "--set", "Listeners:smtp:Endpoint=127.0.0.1:0", "--set", "Listeners:pop3:Endpoint=127.0.0.1:0",
        "--set", "Listeners:submission:Endpoint=127.0.0.1:0", "--set", "Listeners:submissions:Endpoint=127.0.0.1:0",
        "--set", "Listeners:pop3s:Endpoint=127.0.0.1:0", "--set", "Listeners:progin:Endpoint=127.0.0.1:0",
        "--set", "Server:HostName=mx.example.org", "--set", "Auth:Iterations=4096", .. more,
    ];

    private static async Task<RunningServer> WaitReadyAsync(Process process)
    {
        var server = new RunningServer(process);
        while (true)
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
            if (line is null)
            {
                await server._draining;
                throw new InvalidOperationException($"the server ended before it was ready: {server.Log}");
            }

            if (line == "ready") return server;
            if (line.StartsWith("smtp ", StringComparison.Ordinal)) server.Smtp = IPEndPoint.Parse(line[5..]);
            if (line.StartsWith("submission ", StringComparison.Ordinal)) server.Submission = IPEndPoint.Parse(line[11..]);
            if (line.StartsWith("submissions ", StringComparison.Ordinal)) server.Submissions = IPEndPoint.Parse(line[12..]);
            if (line.StartsWith("pop3 ", StringComparison.Ordinal)) server.Pop3 = IPEndPoint.Parse(line[5..]);
            if (line.StartsWith("pop3s ", StringComparison.Ordinal)) server.Pop3s = IPEndPoint.Parse(line[6..]);
            if (line.StartsWith("progin ", StringComparison.Ordinal)) server.Progin = IPEndPoint.Parse(line[7..]);
        }
    }

    private async Task DrainLogAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_log) _log.AppendLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
