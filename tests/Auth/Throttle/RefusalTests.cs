using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests.Throttle;

/// <summary>When the throttle refuses, for how long, and what ends it.</summary>
public sealed class RefusalTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Gatehouse _house = new();

    [Fact]
    public async Task DelaysGrowToTheirCap()
    {
        var house = new Gatehouse(new LoginThrottleOptions { AddressLimit = 9 });
        var attempt = Gatehouse.From("192.0.2.1", null);
        var seconds = new List<double>();
        for (var i = 1UL; i <= 9; i++)
        {
            var answer = await house.AskAsync(attempt with { Fingerprint = i });
            Assert.True(answer.IsAllowed);
            seconds.Add(answer.Delay.TotalSeconds);
            await house.RecordAsync(attempt with { Fingerprint = i }, false);
        }

        Assert.Equal([0, 0, 1, 2, 4, 8, 15, 15, 15], seconds);
    }

    [Fact]
    public async Task AnAddressIsRefusedAtItsLimit()
    {
        var attempt = Gatehouse.From("192.0.2.1", Gatehouse.Alice);
        for (var i = 0; i < _house.Options.AddressLimit - 1; i++) Assert.True(await _house.GuessAsync(Gatehouse.From("192.0.2.1", null, $"name{i}")));
        Assert.Empty(_house.Ledger.Entries);
        Assert.True(await _house.GuessAsync(attempt));
        var entry = Assert.Single(_house.Ledger.Entries);
        Assert.Equal(
            new ThrottleEntry(ThrottleScope.Address, "192.0.2.1", 20, "20 failed logins within 60 minutes", _house.Time.GetUtcNow(), _house.Time.GetUtcNow() + TimeSpan.FromMinutes(5)),
            entry);

        Assert.False((await _house.PeekAsync(attempt)).IsAllowed);
        Assert.False(await _house.LogInAsync(attempt)); // the right password does not help
        Assert.True(await _house.LogInAsync(Gatehouse.From("192.0.2.2", Gatehouse.Alice)));
        Assert.StartsWith("logins are refused for the Address 192.0.2.1 until 2026-01-01 00:05:00Z: 20 failed", Assert.Single(_house.Log.Of(400)), StringComparison.Ordinal);
        Assert.Equal("a login from 192.0.2.1 is refused: Address refused for now", _house.Log.Of(401)[0]);
    }

    [Fact]
    public async Task ARefusalEndsByItselfAndGrowsWhenRepeated()
    {
        var attempt = Gatehouse.From("192.0.2.1", null);
        var minutes = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(20, await _house.GuessUntilRefusedAsync(Gatehouse.From("192.0.2.1", null, $"name{i}")));
            var entry = Assert.Single(_house.Ledger.Entries, entry => entry.Scope == ThrottleScope.Address);
            minutes.Add((entry.Until - entry.Since).TotalMinutes);
            _house.Time.Advance(entry.Until - entry.Since - Moment);
            Assert.False((await _house.PeekAsync(attempt)).IsAllowed);
            _house.Time.Advance(Moment);
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440], minutes);

        // What is long over is forgotten.
        _house.Time.Advance(TimeSpan.FromHours(24) + Moment);
        Assert.Equal(20, await _house.GuessUntilRefusedAsync(Gatehouse.From("192.0.2.1", null, "another")));
        Assert.Equal(TimeSpan.FromMinutes(5), _house.Ledger.Entries.Single(entry => entry.Scope == ThrottleScope.Address).Until - _house.Time.GetUtcNow());
    }

    [Fact]
    public async Task FailuresAreForgottenAsTheWindowSlides()
    {
        for (var i = 0; i < 19; i++) Assert.True(await _house.GuessAsync(Gatehouse.From("192.0.2.1", null, $"name{i}")));
        _house.Time.Advance(TimeSpan.FromMinutes(61));
        for (var i = 0; i < 1; i++) Assert.True(await _house.GuessAsync(Gatehouse.From("192.0.2.1", null, $"later{i}")));
        Assert.Single(_house.Ledger.Entries); // 19 and 1, nearly all of the first still in the window
        var other = new Gatehouse();
        for (var i = 0; i < 19; i++) Assert.True(await other.GuessAsync(Gatehouse.From("192.0.2.1", null, $"name{i}")));
        other.Time.Advance(TimeSpan.FromMinutes(121));
        for (var i = 0; i < 19; i++) Assert.True(await other.GuessAsync(Gatehouse.From("192.0.2.1", null, $"later{i}")));
        Assert.Empty(other.Ledger.Entries);
    }

    [Fact]
    public async Task AnAdministratorLiftsAnEntryAtOnce()
    {
        var attempt = Gatehouse.From("192.0.2.1", Gatehouse.Alice);
        await _house.GuessUntilRefusedAsync(attempt);
        Assert.Equal(2, _house.Ledger.Entries.Length); // the address and the account
        Assert.True(await _house.Ledger.LiftAsync(ThrottleScope.Address, "192.0.2.1", default));
        Assert.False((await _house.PeekAsync(attempt)).IsAllowed);
        Assert.True(await _house.Ledger.LiftAsync(ThrottleScope.Account, "alice@example.org", default));
        Assert.Equal(new ThrottleAnswer(true, TimeSpan.Zero), await _house.PeekAsync(attempt));
        Assert.Equal(2, _house.Log.Of(403).Length);
    }

    [Fact]
    public async Task EntriesSurviveARestartAndSoDoesTheirGrowth()
    {
        var attempt = Gatehouse.From("192.0.2.1", null);
        await _house.GuessUntilRefusedAsync(attempt);
        _house.Time.Advance(TimeSpan.FromMinutes(5));
        await _house.GuessUntilRefusedAsync(Gatehouse.From("192.0.2.1", null, "second"));
        _house.Time.Advance(TimeSpan.FromMinutes(9));

        _house.Restarted();
        Assert.False((await _house.PeekAsync(attempt)).IsAllowed);
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(20, await _house.GuessUntilRefusedAsync(Gatehouse.From("192.0.2.1", null, "third")));
        var entry = _house.Ledger.Entries[0];
        Assert.Equal(TimeSpan.FromMinutes(20), entry.Until - entry.Since);
    }

    [Fact]
    public async Task OnlyTheRefusedPayForTheLedger()
    {
        await _house.GuessAsync(Gatehouse.From("192.0.2.1", null));
        var calls = _house.Ledger.Calls;
        for (var i = 0; i < 10; i++) Assert.True((await _house.PeekAsync(Gatehouse.From($"192.0.2.{i + 2}", Gatehouse.Alice))).IsAllowed);
        Assert.Equal(calls, _house.Ledger.Calls);
    }
}
