using System.Reflection;
using Merpati.Storage.Messages;

namespace Merpati.Delivery.Tests;

/// <summary>The messages of a real store, with something that happens just before the first message is stored, and something just after.</summary>
public class HookedMessages : DispatchProxy
{
    private IMessageStore? _inner;
    private Func<Task>? _before;
    private Action? _after;

    internal static IMessageStore Over(IMessageStore inner, Func<Task>? before = null, Action? after = null)
    {
        var proxy = Create<IMessageStore, HookedMessages>();
        var hooks = (HookedMessages)(object)proxy;
        (hooks._inner, hooks._before, hooks._after) = (inner, before, after);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name != nameof(IMessageStore.AcceptAsync)) return targetMethod.Invoke(_inner, args);
        return new ValueTask<AcceptOutcome>(AcceptAsync((Acceptance)args![0]!, (CancellationToken)args[1]!));
    }

    private async Task<AcceptOutcome> AcceptAsync(Acceptance acceptance, CancellationToken cancellation)
    {
        var (before, after) = (_before, _after);
        (_before, _after) = (null, null);
        if (before is not null) await before();
        var outcome = await _inner!.AcceptAsync(acceptance, cancellation);
        after?.Invoke();
        return outcome;
    }
}
