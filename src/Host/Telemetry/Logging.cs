using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Merpati.Host.Telemetry;

/// <summary>Sets up the log: to standard error, from a queue of its own, so that a slow reader of the log slows no session until it is full.</summary>
internal static class Logging
{
    private const int QueueLength = 16 * 1024;

    public static ILoggerFactory Create(LogFormat format, LogLevel floor) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(floor);
        builder.AddFilter("Microsoft", LogLevel.Warning);
        builder.AddConsoleFormatter<PlainLogFormatter, ConsoleFormatterOptions>();
        builder.AddConsole(options =>
        {
            options.LogToStandardErrorThreshold = LogLevel.Trace;
            options.MaxQueueLength = QueueLength;
            options.FormatterName = format == LogFormat.Json ? ConsoleFormatterNames.Json : PlainLogFormatter.FormatterName;
        });
        builder.AddJsonConsole(options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        if (format == LogFormat.Plain) builder.AddConsole(options => options.FormatterName = PlainLogFormatter.FormatterName);
    });
}
