using System.Runtime.InteropServices;

namespace Merpati.Host.Cli.Fetching;

/// <summary>How a run is told to end: the first Ctrl-C has it end what it has, the second breaks it off.</summary>
internal sealed class FetchStop : IDisposable
{
    private readonly CancellationTokenSource _finish = new();
    private readonly CancellationTokenSource _abort;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public FetchStop(CancellationToken cancellation)
    {
        _abort = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    public CancellationToken Finish => _finish.Token;

    public CancellationToken Abort => _abort.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _finish.Dispose();
        _abort.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_finish.IsCancellationRequested) _abort.Cancel();
        else _finish.Cancel();
    }
}
