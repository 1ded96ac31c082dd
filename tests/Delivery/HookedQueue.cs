using System.Reflection;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Tests;

/// <summary>The queue of a real store, with something that happens before each settlement, and something before each claim.</summary>
public class HookedQueue : DispatchProxy
{
    private IQueueStore? _inner;
    private Func<Settlement, Task>? _beforeSettling;
    private Action? _beforeClaim;

    internal static IQueueStore Over(IQueueStore inner, Func<Settlement, Task> beforeSettling, Action? beforeClaim = null)
    {
        var proxy = Create<IQueueStore, HookedQueue>();
        var hooks = (HookedQueue)(object)proxy;
        (hooks._inner, hooks._beforeSettling, hooks._beforeClaim) = (inner, beforeSettling, beforeClaim);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IQueueStore.ClaimAsync)) _beforeClaim?.Invoke();
        return targetMethod.Name == nameof(IQueueStore.SettleAsync) ? new ValueTask(SettleAsync((Settlement)args![0]!, (CancellationToken)args[1]!)) : targetMethod.Invoke(_inner, args);
    }

    private async Task SettleAsync(Settlement settlement, CancellationToken cancellation)
    {
        await _beforeSettling!(settlement);
        await _inner!.SettleAsync(settlement, cancellation);
    }
}
