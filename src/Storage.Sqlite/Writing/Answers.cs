namespace Merpati.Storage.Sqlite.Writing;

/// <summary>
/// Tells the callers of a transaction what became of it, on a thread of the pool: never on the writer's, which has the next transaction to make,
/// and not one thread woken for each of them, which would cost more than what they do next.
/// </summary>
internal sealed class Answers : IThreadPoolWorkItem
{
    private const int AtOnce = 16;

    private readonly Change[] _changes;
    private readonly Exception? _failure;

    private Answers(Change[] changes, Exception? failure)
    {
        _changes = changes;
        _failure = failure;
    }

    /// <summary>Answers all of them alike: done when <paramref name="failure"/> is null, failed otherwise.</summary>
    public static void Give(List<Change> changes, Exception? failure)
    {
        for (var at = 0; at < changes.Count; at += AtOnce)
        {
            var part = changes.GetRange(at, Math.Min(AtOnce, changes.Count - at)).ToArray();
            ThreadPool.UnsafeQueueUserWorkItem(new Answers(part, failure), preferLocal: false);
        }
    }

    /// <summary>Answers one.</summary>
    public static void Give(Change change, Exception? failure) => ThreadPool.UnsafeQueueUserWorkItem(new Answers([change], failure), preferLocal: false);

    public void Execute()
    {
        foreach (var change in _changes)
        {
            if (_failure is null) change.Succeed();
            else change.Fail(_failure);
        }
    }
}
