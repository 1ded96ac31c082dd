namespace Merpati.Storage.Sqlite.Writing;

/// <summary>
/// Whether the disk has failed. Once broken, for ever: a second fsync would report success although the pages of the first are lost, so
/// nothing is written any more and only a new process, which reads what is really there, may go on.
/// </summary>
internal sealed class Breaker
{
    private readonly TaskCompletionSource<StoreException> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Action<StoreException>? _listeners;
    private volatile StoreException? _reason;

    /// <summary>Completes when the store breaks.</summary>
    internal Task<StoreException> Broken => _broken.Task;

    /// <summary>Why it is broken; null while it is not.</summary>
    internal StoreException? Reason => _reason;

    /// <summary>Adds what is to be done at the moment of breaking.</summary>
    internal void OnBroken(Action<StoreException> listener)
    {
        lock (_gate) _listeners += listener;
    }

    internal void Break(StoreException reason)
    {
        lock (_gate)
        {
            if (_reason is not null) return;
            _reason = reason;
        }

        _listeners?.Invoke(reason);
        _broken.TrySetResult(reason);
    }
}
