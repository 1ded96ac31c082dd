using System.Runtime.InteropServices;

namespace Merpati.Host.Cli.Talking;

/// <summary>Signals that end a session, so that the program ends by itself and leaves the terminal as it found it. Disposing gives them their usual meaning back.</summary>
internal sealed class TalkSignals : IDisposable
{
    /// <summary>What is said on the error output then.</summary>
    public const string Fault = "stopped by a signal; QUIT was not said";

    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Listens for them where the program has a terminal to look after; else they keep their usual meaning.</summary>
    public TalkSignals(bool isTerminal, CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        PosixSignal[] signals = isTerminal ? [PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGTERM] : [];
        _registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
    }

    /// <summary>Is cancelled by a signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The session has ended meanwhile, and the program is about to.
        }
    }
}
