using System.Globalization;

namespace Merpati.Host.Cli;

/// <summary>
/// Shows how far something has come on standard error, once it has taken a second: a bar on a terminal, else a line every ten seconds.
/// </summary>
internal sealed class ProgressLine : IProgress<double>, IDisposable
{
    private const int Width = 30;

    private readonly TimeProvider _time;
    private readonly TextWriter _output;
    private readonly string _what;
    private readonly bool _isTerminal;
    private readonly long _started;
    private readonly Lock _gate = new();
    private TimeSpan _nextAt = TimeSpan.FromSeconds(1);
    private int _shown; // the width of what stands on the terminal

    public ProgressLine(string what, TimeProvider time)
    {
        _what = what;
        _time = time;
        _output = Console.Error;
        _isTerminal = !Console.IsErrorRedirected;
        _started = time.GetTimestamp();
    }

    public void Report(double value) => Report(value, "");

    /// <summary>Shows how far it has come, with a few words about it.</summary>
    public void Report(double value, string detail)
    {
        lock (_gate)
        {
            var elapsed = _time.GetElapsedTime(_started);
            if (elapsed < _nextAt) return;
            _nextAt = elapsed + (_isTerminal ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10));
            var share = Math.Clamp(value, 0, 1);
            var percent = string.Create(CultureInfo.InvariantCulture, $"{share * 100,3:0} %");
            if (!_isTerminal)
            {
                _output.WriteLine($"{_what}: {percent.TrimStart()}{(detail.Length > 0 ? ", " : "")}{detail}");
                return;
            }

            var filled = (int)(share * Width);
            var left = share > 0.01 ? elapsed * ((1 - share) / share) : TimeSpan.Zero;
            var line = string.Create(CultureInfo.InvariantCulture,
                $"{_what} [{new string('#', filled)}{new string('.', Width - filled)}] {percent}  {left:mm\\:ss} left {detail}");
            _output.Write("\r" + line.PadRight(_shown));
            _shown = Math.Max(_shown, line.Length);
        }
    }

    public void Dispose()
    {
        if (_shown > 0) _output.Write("\r" + new string(' ', _shown) + "\r");
        _shown = 0;
    }
}
