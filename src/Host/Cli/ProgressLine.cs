namespace Merpati.Host.Cli;

/// <summary>
/// Shows how far something has come on standard error, once it has taken a second: a bar on a terminal, else a line every ten seconds.
/// </summary>
internal sealed class ProgressLine : IProgress<double>, IDisposable
{
    private const int UsualWidth = 80;

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
            if (!_isTerminal)
            {
                _output.WriteLine($"{_what}: {ProgressText.Percent(share).TrimStart()}{(detail.Length > 0 ? ", " : "")}{detail}");
                return;
            }

            // One column stays free: a terminal whose line is full to the last goes on to the next.
            var columns = (Console.WindowWidth is > 0 and var width ? width : UsualWidth) - 1;
            var line = ProgressText.Line(_what, share, elapsed, detail, columns);
            _output.Write("\r" + line.PadRight(Math.Min(_shown, columns)));
            _shown = line.Length;
        }
    }

    public void Dispose()
    {
        if (_shown > 0) _output.Write("\r" + new string(' ', _shown) + "\r");
        _shown = 0;
    }
}
