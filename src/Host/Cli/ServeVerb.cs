using System.CommandLine;
using System.Runtime.InteropServices;
using Merpati.Host.Composition;
using Merpati.Host.Configuration;
using Merpati.Host.Telemetry;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Cli;

/// <summary><c>serve</c>: runs the system in the foreground until SIGTERM or SIGINT.</summary>
internal static partial class ServeVerb
{
    public static readonly Option<LogFormat> Format = new("--log-format")
    {
        Description = "How the log on standard error is written: for people, or one JSON object a line.",
        HelpName = "plain|json",
        DefaultValueFactory = _ => LogFormat.Plain,
    };

    public static Command Create()
    {
        var verb = new Command("serve", """
            Run the mail system in the foreground. Prints one line for each listener, then "ready"; the log goes to standard error.

            SIGTERM or Ctrl-C stops it: no new connections, sessions in the middle of a message may finish (Server:ShutdownGrace), exit status 0.
            Whatever was acknowledged is on disk, so SIGKILL and power cuts lose nothing either.
            """) { Format };
        verb.SetAction((line, _) => RunAsync(line));
        return verb;
    }

    /// <summary>Serves until told to stop. The exit status is 1 when the store broke and the process had to end by itself.</summary>
    public static async Task<int> RunAsync(ParseResult line)
    {
        var settings = GlobalOptions.Settings(line);
        using var loggers = Logging.Create(line.GetValue(Format), settings.Get(SettingTable.LogLevelFloor));
        var logger = loggers.CreateLogger("Merpati.Host");
        await using var store = await OpenStore.OpenAsync(line, exclusive: true, notice => StoreNotice(logger, notice));

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        await using var server = await MailServer.StartAsync(store, settings, GlobalOptions.DataDirectory(line), loggers);
        foreach (var (name, endPoint) in server.Listeners) Console.Out.WriteLine($"{name} {endPoint}");
        Console.Out.WriteLine("ready");
        await Console.Out.FlushAsync();

        var first = await Task.WhenAny(stop.Task, store.Broken);
        Stopping(logger, first == store.Broken ? "the store is broken" : "told to");
        var cut = await server.StopAsync(settings.Get(SettingTable.ShutdownGrace));
        Stopped(logger, cut);
        return first == store.Broken ? throw new CommandFailure((await store.Broken).Message) : ExitStatus.Done;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true; // the process ends in its own time
            stop.TrySetResult();
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "stopping: {Why}")]
    private static partial void Stopping(ILogger logger, string why);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "stopped; {Cut} sessions were cut")]
    private static partial void Stopped(ILogger logger, int cut);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "store: {Notice}")]
    private static partial void StoreNotice(ILogger logger, string notice);
}
