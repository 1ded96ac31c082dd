using System.Threading.Channels;

namespace Merpati.Host.Cli.Demo;

/// <summary>The keys of a terminal. They are read by a thread of its own from the first wait on, so that none is echoed into the picture.</summary>
internal sealed class TerminalKeys : IDemoKeys
{
    private readonly Channel<DemoKey> _keys = Channel.CreateBounded<DemoKey>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TimeProvider _time;
    private readonly Func<ConsoleKeyInfo> _read;

    /// <summary>The keys of the terminal that the program runs on, or those that <paramref name="read"/> gives.</summary>
    public TerminalKeys(TimeProvider time, Func<ConsoleKeyInfo>? read = null)
    {
        _time = time;
        _read = read ?? (static () => Console.ReadKey(intercept: true));
        new Thread(ReadAll) { IsBackground = true, Name = "keys" }.Start(); // it ends with the process: a blocked read cannot be called off
    }

    public bool AreThere => true;

    public async ValueTask<DemoKey> WaitAsync(TimeSpan? limit, CancellationToken cancellation)
    {
        using var time = limit is { } span ? new CancellationTokenSource(span, _time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, time.Token);
        try
        {
            return await _keys.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return DemoKey.None;
        }
    }

    private void ReadAll()
    {
        try
        {
            while (true)
            {
                var key = _read() switch
                {
                    { Key: ConsoleKey.Spacebar } => DemoKey.Pause,
                    { Key: ConsoleKey.Enter } => DemoKey.Next,
                    { KeyChar: 'q' or 'Q' } => DemoKey.Quit,
                    _ => DemoKey.None,
                };
                if (key != DemoKey.None) _keys.Writer.TryWrite(key);
            }
        }
        catch (Exception gone) when (gone is InvalidOperationException or IOException)
        {
            _keys.Writer.TryWrite(DemoKey.Quit); // the terminal is gone, and with it who watched
        }
    }
}
