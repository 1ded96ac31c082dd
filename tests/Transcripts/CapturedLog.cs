using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Merpati.Transcripts;

/// <summary>Keeps what is logged. Safe for concurrent callers.</summary>
public sealed class CapturedLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, string Line)> _lines = new();

    /// <summary>All lines.</summary>
    public string[] Lines => [.. _lines.Select(entry => entry.Line)];

    /// <summary>The lines of one event.</summary>
    public string[] Of(int id) => [.. _lines.Where(entry => entry.Id == id).Select(entry => entry.Line)];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Id, formatter(state, exception) + exception));

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
