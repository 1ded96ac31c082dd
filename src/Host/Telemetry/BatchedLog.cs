using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Merpati.Host.Telemetry;

/// <summary>
/// Writes the log from a thread of its own, the lines of a few hundredths of a second together: a write and a thread woken for every message
/// cost more than the message. Warnings are written at once. When nobody reads the log it is cut, never the mail.
/// </summary>
internal sealed class BatchedLog : ILoggerProvider
{
    private const int MaxWaiting = 4 * 1024 * 1024; // octets
    private const int GatherMilliseconds = 20;

    [ThreadStatic]
    private static StringWriter? _line;

    private readonly object _gate = new();
    private readonly ConsoleFormatter _formatter;
    private readonly Stream _output;
    private readonly Thread _thread;
    private ArrayBufferWriter<byte> _filling = new(64 * 1024);
    private ArrayBufferWriter<byte> _writing = new(64 * 1024);
    private long _dropped;
    private bool _urgent;
    private bool _closed;

    public BatchedLog(ConsoleFormatter formatter, Stream output)
    {
        _formatter = formatter;
        _output = output;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    public ILogger CreateLogger(string categoryName) => new Log(this, categoryName);

    /// <summary>Writes what is left.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void Append(StringBuilder line, bool urgent)
    {
        lock (_gate)
        {
            if (_closed) return;
            if (_filling.WrittenCount > MaxWaiting)
            {
                _dropped++;
                return;
            }

            var wasEmpty = _filling.WrittenCount == 0;
            foreach (var chunk in line.GetChunks()) Encoding.UTF8.GetBytes(chunk.Span, _filling);
            _urgent |= urgent;
            if (wasEmpty || urgent) Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (TakeBatch())
        {
            try
            {
                _output.Write(_writing.WrittenSpan);
                _output.Flush();
            }
            catch (IOException)
            {
                // Whoever read the log has gone; the mail goes on.
            }

            _writing.ResetWrittenCount();
        }
    }

    private bool TakeBatch()
    {
        lock (_gate)
        {
            while (_filling.WrittenCount == 0 && !_closed) Monitor.Wait(_gate);
            if (!_urgent && !_closed) Monitor.Wait(_gate, GatherMilliseconds);
            _urgent = false;
            if (_dropped > 0) Encoding.UTF8.GetBytes($"({_dropped} lines of the log were dropped, because nobody read it)\n", _filling);
            _dropped = 0;
            (_filling, _writing) = (_writing, _filling);
            return _writing.WrittenCount > 0;
        }
    }

    private sealed class Log : ILogger
    {
        private readonly BatchedLog _owner;
        private readonly string _category;

        public Log(BatchedLog owner, string category)
        {
            _owner = owner;
            _category = category;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = _line ??= new StringWriter();
            var entry = new LogEntry<TState>(logLevel, _category, eventId, state, exception, formatter);
            _owner._formatter.Write(in entry, scopeProvider: null, line);
            _owner.Append(line.GetStringBuilder(), logLevel >= LogLevel.Warning);
            line.GetStringBuilder().Clear();
        }
    }
}
