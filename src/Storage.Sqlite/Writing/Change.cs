namespace Merpati.Storage.Sqlite.Writing;

/// <summary>
/// One change on its way through the writer. It may be applied twice: once among others, and once more alone when one of these failed.
/// </summary>
internal abstract class Change
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Withdrawn = 2;

    private int _state;

    /// <summary>How much it writes, about.</summary>
    internal abstract long Octets { get; }

    /// <summary>Whether its caller, once answered, does little before it waits again, and never blocks.</summary>
    internal virtual bool HasPromptCaller => false;

    /// <summary>Takes it for the writer; false when the caller has withdrawn it. From here on it can only succeed or fail.</summary>
    internal bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    internal abstract void Apply(WriteTransaction transaction);

    /// <summary>It is durable.</summary>
    internal abstract void Succeed();

    /// <summary>It has not happened, or nobody can say.</summary>
    internal abstract void Fail(Exception failure);

    protected bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting;
}

/// <summary>A change with an answer.</summary>
internal abstract class Change<T> : Change
{
    private readonly TaskCompletionSource<T> _done = new(); // what waits runs where the answer is given: see Answers
    private CancellationTokenRegistration _registration;
    private T? _answer;

    internal Task<T> Task => _done.Task;

    /// <summary>Withdraws the change when the caller gives up before the writer has taken it.</summary>
    internal void WithdrawOn(CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled) return;
        _registration = cancellation.UnsafeRegister(static (state, token) =>
        {
            var change = (Change<T>)state!;
            if (change.TryWithdraw()) change._done.TrySetCanceled(token);
        }, this);
    }

    internal sealed override void Apply(WriteTransaction transaction) => _answer = Work(transaction);

    internal sealed override void Succeed()
    {
        _registration.Dispose();
        _done.TrySetResult(_answer!);
    }

    internal sealed override void Fail(Exception failure)
    {
        _registration.Dispose();
        _done.TrySetException(failure);
    }

    /// <summary>Makes the change; leaves nothing behind when it answers that it could not be made.</summary>
    protected abstract T Work(WriteTransaction transaction);
}

/// <summary>A change that is written where it is asked for.</summary>
internal sealed class SmallChange<T> : Change<T>
{
    private const long About = 4096;

    private readonly Func<WriteTransaction, T> _work;
    private readonly bool _touchesMailboxes;

    /// <summary>A change; one that does not touch the mailbox table spares others of the same transaction having their counters written early.</summary>
    internal SmallChange(Func<WriteTransaction, T> work, bool touchesMailboxes = true)
    {
        _work = work;
        _touchesMailboxes = touchesMailboxes;
    }

    internal override long Octets => About;

    protected override T Work(WriteTransaction transaction)
    {
        if (_touchesMailboxes) transaction.Counters.Settle();
        return _work(transaction);
    }
}
