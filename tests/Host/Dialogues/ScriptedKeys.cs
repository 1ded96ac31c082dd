using Merpati.Host.Cli.Demo;

namespace Merpati.Host.Tests.Dialogues;

/// <summary>Somebody who presses these keys, one at each wait, and then none; when asked for a key for ever, Enter.</summary>
internal sealed class ScriptedKeys(params DemoKey[] keys) : IDemoKeys
{
    private readonly Queue<DemoKey> _keys = new(keys);

    public bool AreThere => true;

    /// <summary>What was waited for: a time, or null for ever.</summary>
    public List<TimeSpan?> Waits { get; } = [];

    /// <summary>What happens when a key is waited for for ever.</summary>
    public Action? WhenForEver { get; init; }

    public ValueTask<DemoKey> WaitAsync(TimeSpan? limit, CancellationToken cancellation)
    {
        Waits.Add(limit);
        if (limit is null) WhenForEver?.Invoke();
        cancellation.ThrowIfCancellationRequested();
        if (_keys.TryDequeue(out var key)) return new(key);
        return new(limit is null ? DemoKey.Next : DemoKey.None);
    }
}
