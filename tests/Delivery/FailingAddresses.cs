using System.Reflection;
using Merpati.Storage;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Tests;

/// <summary>Addresses in a store that cannot answer, whatever is asked.</summary>
public class FailingAddresses : DispatchProxy
{
    internal static IAddressStore Make() => Create<IAddressStore, FailingAddresses>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new StoreException(StoreFailure.Busy, "the store is busy");
}
