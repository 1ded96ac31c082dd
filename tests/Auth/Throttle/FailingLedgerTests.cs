using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests.Throttle;

/// <summary>A ledger that fails shuts nobody out and nobody in.</summary>
public sealed class FailingLedgerTests
{
    private readonly Gatehouse _house = new();

    [Fact]
    public async Task NobodyIsRefusedForItsSake()
    {
        _house.Ledger.Fails = true;
        for (var i = 0; i < 100; i++) Assert.True(await _house.LogInAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
        Assert.Equal("the login throttle's ledger failed, what is in memory holds: the disk is gone", Assert.Single(_house.Log.Of(410)));
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await _house.LogInAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
        Assert.Equal(2, _house.Log.Of(410).Length);
    }

    [Fact]
    public async Task WhatIsInMemoryHoldsAndIsEnteredLater()
    {
        _house.Ledger.Fails = true;
        var attempt = Gatehouse.From("192.0.2.1", null);
        Assert.Equal(20, await _house.GuessUntilRefusedAsync(attempt));
        Assert.False((await _house.PeekAsync(attempt)).IsAllowed);
        Assert.Empty(_house.Ledger.Entries);

        _house.Ledger.Fails = false;
        Assert.False((await _house.PeekAsync(attempt)).IsAllowed);
        var entry = Assert.Single(_house.Ledger.Entries);
        Assert.Equal((ThrottleScope.Address, TimeSpan.FromMinutes(5)), (entry.Scope, entry.Until - entry.Since));
        Assert.True(await _house.Ledger.LiftAsync(ThrottleScope.Address, "192.0.2.1", default));
        Assert.True((await _house.PeekAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice))).IsAllowed);
    }

    [Fact]
    public async Task AFailingLedgerLiftsNothing()
    {
        var attempt = Gatehouse.From("192.0.2.1", null);
        await _house.GuessUntilRefusedAsync(attempt);
        _house.Ledger.Fails = true;
        Assert.False((await _house.PeekAsync(attempt)).IsAllowed);
    }

    [Fact]
    public async Task EntriesAreReadOnceItWorksAgain()
    {
        var attempt = Gatehouse.From("192.0.2.1", null);
        await _house.GuessUntilRefusedAsync(attempt);
        _house.Restarted();
        _house.Ledger.Fails = true;
        Assert.True((await _house.PeekAsync(attempt)).IsAllowed);
        _house.Ledger.Fails = false;
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False((await _house.PeekAsync(attempt)).IsAllowed);
    }
}
