using System.Runtime.CompilerServices;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests.Throttle;

/// <summary>Memory is bounded, and nobody can have himself forgotten.</summary>
public sealed class FailureTableTests
{
    private static readonly WindowTime Now = new(100, 0.5, DateTimeOffset.UnixEpoch.AddYears(50).UtcTicks, DateTimeOffset.UnixEpoch.AddYears(49).UtcTicks);

    [Fact]
    public void AMillionKeysTakeNoMoreMemoryThanAFew()
    {
        var table = new FailureTable(1024);
        Fill(table, 1, 1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fill(table, 1001, 1_000_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1024, table.Capacity);
    }

    [Fact]
    public void WhoHasMoreFailuresOutlivesAMillionOthers()
    {
        var table = new FailureTable(1024);
        for (var i = 0; i < 2; i++) table.Take(Key(0), Now).Add(Now);
        Fill(table, 1, 1_000_000);
        Assert.Equal(2, table.Find(Key(0)).Count(Now));
    }

    [Fact]
    public void RefusalsOutliveFailures()
    {
        var table = new FailureTable(8);
        ref var refused = ref table.Take(Key(0), Now);
        refused.RefusedUntil = Now.Utc + 1;
        refused.Refusals = 1;
        ref var repeating = ref table.Take(Key(1), Now);
        repeating.RefusedUntil = Now.Utc - 1;
        repeating.Refusals = 1;
        ref var old = ref table.Take(Key(2), Now);
        old.RefusedUntil = Now.Remembered - 1;
        old.Refusals = 9;
        for (var round = 0; round < 50; round++) Fill(table, 10, 5);
        Fill(table, 100, 10_000);
        Assert.False(Unsafe.IsNullRef(in table.Find(Key(0))));
        Assert.False(Unsafe.IsNullRef(in table.Find(Key(1))));
        Assert.True(Unsafe.IsNullRef(in table.Find(Key(2))));
    }

    [Fact]
    public async Task AGuesserIsNotForgottenInAFlood()
    {
        var house = new Gatehouse(new LoginThrottleOptions { TrackedKeys = 64, AccountLimit = int.MaxValue, NetworkLimit = int.MaxValue });
        for (var i = 0; i < 19; i++) Assert.True(await house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
        for (var i = 0; i < 5000; i++) await house.GuessAsync(Gatehouse.From($"10.{i / 250}.{i % 250}.1", Gatehouse.Alice));
        Assert.True(await house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
        Assert.False(await house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
    }

    [Fact]
    public async Task AttemptsThatAreRefusedPushNobodyOut()
    {
        var house = new Gatehouse(new LoginThrottleOptions { TrackedKeys = 64, AddressLimit = 2, FreeFailures = 1000 });
        await house.GuessUntilRefusedAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice));
        Assert.True(await house.GuessAsync(Gatehouse.From("192.0.2.2", Gatehouse.Bob)));
        for (var i = 0; i < 5000; i++) Assert.False(await house.GuessAsync(Gatehouse.From("192.0.2.1", null, $"name{i}")));
        Assert.True(await house.GuessAsync(Gatehouse.From("192.0.2.2", Gatehouse.Bob)));
        Assert.False(await house.GuessAsync(Gatehouse.From("192.0.2.2", Gatehouse.Bob)));
    }

    private static void Fill(FailureTable table, int first, int count)
    {
        for (var i = first; i < first + count; i++) table.Take(Key(i), Now).Add(Now);
    }

    // Stands in for the keyed hash.
    private static ulong Key(int number) => unchecked(((ulong)number + 1) * 0x9E3779B97F4A7C15UL) | 1UL << 63;
}
