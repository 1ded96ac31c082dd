namespace Merpati.Storage.Sqlite.Writing;

/// <summary>
/// Tells the callers of a transaction what became of it. A few that do little before they wait again are told here, on the writer's thread: to wake
/// another one would cost more than what they do. All others are told on a thread of the pool, for the writer has the next transaction to make, and
/// many at a time.
/// </summary>
internal sealed class Answers : IThreadPoolWorkItem
{
    private const int AtOnce = 16;
    private const int MostHere = 32;

    private readonly Change[] _changes;
    private readonly Exception? _failure;

    private Answers(Change[] changes, Exception? failure)
    {
        _changes = changes;
        _failure = failure;
    }

    /// <summary>Answers all of them alike: done when <paramref name="failure"/> is null, failed otherwise. Empties the list.</summary>
    public static void Give(List<Change> changes, Exception? failure)
    {
        var prompt = failure is null ? TakePrompt(changes) : [];
        for (var at = 0; at < changes.Count; at += AtOnce)
        {
            var part = changes.GetRange(at, Math.Min(AtOnce, changes.Count - at)).ToArray();
            ThreadPool.UnsafeQueueUserWorkItem(new Answers(part, failure), preferLocal: false);
        }

        changes.Clear();
        foreach (var change in prompt) change.Succeed();
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

    // Few, so that the next transaction does not wait: where there are many, their number pays for the waking.
    private static Change[] TakePrompt(List<Change> changes)
    {
        if (changes.Count > MostHere) return [];
        Change[] prompt = [.. changes.Where(static change => change.HasPromptCaller)];
        changes.RemoveAll(static change => change.HasPromptCaller);
        return prompt;
    }
}
