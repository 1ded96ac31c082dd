using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Merpati.Host.Telemetry;

/// <summary>Sets up the log, which goes to standard error.</summary>
internal static class Logging
{
    public static ILoggerFactory Create(LogFormat format, LogLevel floor) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(floor);
        builder.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton<ILoggerProvider>(new BatchedLog(Formatter(format), Console.OpenStandardError()));
    });

    private static ConsoleFormatter Formatter(LogFormat format)
    {
        if (format == LogFormat.Plain) return new PlainLogFormatter();
        var services = new ServiceCollection();
        services.AddLogging(builder => builder.AddJsonConsole(options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        }));
        return services.BuildServiceProvider().GetServices<ConsoleFormatter>().First(formatter => formatter.Name == ConsoleFormatterNames.Json);
    }
}
