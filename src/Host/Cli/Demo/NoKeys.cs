namespace Merpati.Host.Cli.Demo;

/// <summary>Nobody presses a key: only the time passes.</summary>
internal sealed class NoKeys : IDemoKeys
{
    private readonly TimeProvider _time;

    public NoKeys(TimeProvider time) => _time = time;

    public bool AreThere => false;

    public async ValueTask<DemoKey> WaitAsync(TimeSpan? limit, CancellationToken cancellation)
    {
        await Task.Delay(limit ?? TimeSpan.Zero, _time, cancellation);
        return DemoKey.None;
    }
}
