namespace Merpati.Wire.Connections;

/// <content>Waiting for something else than the peer, such as the answer to a login.</content>
public sealed partial class WireConnection
{
    private const int BeatsOfPatience = 10;

    private volatile CancellationTokenSource? _wait;
    private volatile bool _waiting;
    private volatile bool _aborted;
    private int _beats;

    /// <summary>Cancelled by the transport when the peer has ended its side of the connection, or all of it. Nobody ends it by default.</summary>
    public CancellationToken PeerEnded { get; init; }

    /// <summary>
    /// The session waits for something else than its peer, until <see cref="EndWait"/>. The token is cancelled when nobody is left to wait for: the
    /// connection is torn down, the server stops, or the peer has ended its side and ten heartbeats have passed since then and since the wait
    /// began. A peer that has only ended its side may still read, so a short wait is worth its while.
    /// </summary>
    public CancellationToken BeginWait()
    {
        var wait = _wait;
        if (wait is null || wait.IsCancellationRequested) _wait = wait = new CancellationTokenSource(); // never disposed of: the heartbeat may hold it still, and it has no timer
        Volatile.Write(ref _beats, 0);
        _waiting = true;

        // Whoever stops the connection says so before he looks for a wait; here it is the other way round, so that one of the two sees the other.
        Interlocked.MemoryBarrier();
        if (_draining || _aborted) wait.Cancel();
        return wait.Token;
    }

    /// <summary>The session has what it waited for.</summary>
    public void EndWait() => _waiting = false;

    private void AbandonWait()
    {
        Interlocked.MemoryBarrier();
        if (_waiting) _ = _wait?.CancelAsync(); // what it wakes shall not keep the caller
    }

    private void BeatWait()
    {
        if (_waiting && PeerEnded.IsCancellationRequested && ++_beats >= BeatsOfPatience) AbandonWait();
    }
}
