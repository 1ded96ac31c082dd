using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Merpati.Progin.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class CapturedLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, string Line)> _lines = new();

    public string[] Lines => [.. _lines.Select(entry => entry.Line)];

    public string[] Of(int id) => [.. _lines.Where(entry => entry.Id == id).Select(entry => entry.Line)];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Id, formatter(state, exception) + exception));

    public void Dispose()
    {
    }
}
