using System.Net;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests.Throttle;

/// <summary>What guessers try.</summary>
public sealed class GuesserTests
{
    private readonly Gatehouse _house = new();

    [Fact]
    public async Task OneAddressGuessingAtManyAccountsIsRefused()
    {
        var made = 0;
        while (made < 1000 && await _house.GuessAsync(Gatehouse.From("192.0.2.1", null, $"user{made}"))) made++;
        Assert.Equal(_house.Options.AddressLimit, made);
    }

    [Fact]
    public async Task ManyAddressesGuessingAtOneAccountShutItForAllButItsOwner()
    {
        Assert.True(await _house.LogInAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice)));
        var made = 0;
        while (made < 1000 && await _house.GuessAsync(Gatehouse.From($"10.{made % 250}.{made / 250}.1", Gatehouse.Alice))) made++;
        Assert.Equal(_house.Options.AccountLimit, made);
        Assert.Equal((ThrottleScope.Account, "alice@example.org"), (_house.Ledger.Entries[0].Scope, _house.Ledger.Entries[0].Key));

        Assert.False(await _house.LogInAsync(Gatehouse.From("198.51.100.1", Gatehouse.Alice)));
        Assert.Equal(new ThrottleAnswer(true, TimeSpan.Zero), await _house.PeekAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice)));
        Assert.Equal("the owner of alice@example.org may log in from 203.0.113.9, a known address, though others may not", Assert.Single(_house.Log.Of(402)));
        Assert.True(await _house.LogInAsync(Gatehouse.From("198.51.100.1", Gatehouse.Bob)));

        // His being let in lets nobody else in, not after a restart either.
        Assert.True(await _house.LogInAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice)));
        Assert.False(await _house.LogInAsync(Gatehouse.From("198.51.100.1", Gatehouse.Alice)));
        _house.Restarted();
        Assert.True(await _house.LogInAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice)));
        Assert.False(await _house.LogInAsync(Gatehouse.From("198.51.100.1", Gatehouse.Alice)));
    }

    [Fact]
    public async Task TheOwnerIsNotSlowedDownByGuessersElsewhere()
    {
        Assert.True(await _house.LogInAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice)));
        for (var i = 0; i < 5; i++) Assert.True(await _house.GuessAsync(Gatehouse.From($"10.{i}.0.1", Gatehouse.Alice)));
        Assert.Equal(TimeSpan.Zero, (await _house.PeekAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice))).Delay);
        Assert.Equal(TimeSpan.FromSeconds(8), (await _house.PeekAsync(Gatehouse.From("203.0.113.8", Gatehouse.Alice))).Delay);
    }

    [Fact]
    public async Task AnOwnersAddressThatGuessesIsRefusedAllTheSame()
    {
        Assert.True(await _house.LogInAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice)));
        await _house.GuessUntilRefusedAsync(Gatehouse.From("203.0.113.9", Gatehouse.Bob));
        Assert.False(await _house.LogInAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice)));
    }

    [Fact]
    public async Task TheOwnerGetsInOutOfARefusedNetwork()
    {
        var house = new Gatehouse(new LoginThrottleOptions { NetworkLimit = 5 });
        Assert.True(await house.LogInAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice)));
        for (var i = 0; i < 5; i++) Assert.True(await house.GuessAsync(Gatehouse.From($"203.0.113.{i + 100}", null, $"name{i}")));
        Assert.Equal("203.0.113.0/24", Assert.Single(house.Ledger.Entries).Key);
        Assert.False(await house.LogInAsync(Gatehouse.From("203.0.113.10", Gatehouse.Alice)));
        Assert.True(await house.LogInAsync(Gatehouse.From("203.0.113.9", Gatehouse.Alice)));
    }

    [Fact]
    public async Task HoppingWithinASlash64GainsNothing()
    {
        var made = 0;
        while (made < 1000 && await _house.GuessAsync(Gatehouse.From($"2001:db8:1:2::{made + 1:x}", null, $"name{made}"))) made++;
        Assert.Equal(_house.Options.AddressLimit, made);
        Assert.Equal("2001:db8:1:2::/64", Assert.Single(_house.Ledger.Entries).Key);
    }

    [Fact]
    public async Task HoppingFromSlash64ToSlash64IsRefusedAtTheSlash48()
    {
        var made = 0;
        while (made < 1000 && await _house.GuessAsync(Gatehouse.From($"2001:db8:1:{made + 1:x}::1", null, $"name{made}"))) made++;
        Assert.Equal(_house.Options.NetworkLimit, made);
        Assert.Equal((ThrottleScope.Network, "2001:db8:1::/48"), (_house.Ledger.Entries[0].Scope, _house.Ledger.Entries[0].Key));
        Assert.True(await _house.GuessAsync(Gatehouse.From("2001:db8:2:1::1", null, "name")));
    }

    [Fact]
    public async Task AnIpv4AddressIsTheSameInIpv6Clothes()
    {
        await _house.GuessUntilRefusedAsync(Gatehouse.From("::ffff:192.0.2.1", Gatehouse.Alice));
        Assert.False(await _house.LogInAsync(Gatehouse.From("192.0.2.1", Gatehouse.Bob)));
        Assert.True(await _house.LogInAsync(Gatehouse.From("::ffff:192.0.3.1", Gatehouse.Bob)));
    }

    [Fact]
    public async Task AnAccountOfHisOwnBuysAGuesserNothing()
    {
        var made = 0;
        while (made < 1000 && await _house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)))
        {
            made++;
            await _house.LogInAsync(Gatehouse.From("192.0.2.1", Gatehouse.Bob));
        }

        Assert.Equal(_house.Options.AddressLimit, made);
    }

    [Fact]
    public async Task WhatARefusalWipedOutIsNotTakenBackTwice()
    {
        var house = new Gatehouse(new LoginThrottleOptions { AccountLimit = 1000 });
        for (var i = 0; i < 19; i++) Assert.True(await house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Bob)));
        Assert.True(await house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
        house.Time.Advance(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 19; i++) Assert.True(await house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
        Assert.True(await house.LogInAsync(Gatehouse.From("192.0.2.1", Gatehouse.Bob)));
        Assert.True(await house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
        Assert.False(await house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
    }

    [Fact]
    public async Task TheOwnersSlipsAreTakenBackWhenHeGetsIn()
    {
        for (var day = 0; day < 10; day++)
        {
            for (var i = 0; i < 5; i++) Assert.True(await _house.GuessAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
            Assert.True(await _house.LogInAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
        }

        Assert.Empty(_house.Ledger.Entries);
        Assert.Equal(TimeSpan.Zero, (await _house.PeekAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice))).Delay);
    }

    [Fact]
    public async Task TheSameWrongPasswordCountsOnce()
    {
        var stale = Gatehouse.From("192.0.2.1", Gatehouse.Alice) with { Fingerprint = 77 };
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(new ThrottleAnswer(true, TimeSpan.Zero), await _house.AskAsync(stale));
            await _house.RecordAsync(stale, false);
        }

        // For another account or from another address it is another guess.
        var made = 1;
        for (; made < 100; made++)
        {
            var attempt = Gatehouse.From("192.0.2.1", null, $"user{made}") with { Fingerprint = 77 };
            if (!(await _house.AskAsync(attempt)).IsAllowed) break;
            await _house.RecordAsync(attempt, false);
        }

        Assert.Equal(_house.Options.AddressLimit, made);
    }

    [Fact]
    public async Task APasswordThatNobodySeesCountsEachTime()
    {
        var made = 0;
        var attempt = Gatehouse.From("192.0.2.1", Gatehouse.Alice);
        for (; made < 100 && (await _house.AskAsync(attempt)).IsAllowed; made++) await _house.RecordAsync(attempt, false);
        Assert.Equal(_house.Options.AddressLimit, made);
    }

    [Fact]
    public async Task ANameThatIsNoAccountIsShutLikeOneButNotEntered()
    {
        var made = 0;
        while (made < 1000 && await _house.GuessAsync(Gatehouse.From($"10.{made % 250}.{made / 250}.1", null, made % 2 == 0 ? "Nobody" : "nobody"))) made++;
        Assert.Equal(_house.Options.AccountLimit, made);
        Assert.Empty(_house.Ledger.Entries);
        Assert.True(await _house.GuessAsync(Gatehouse.From("192.0.2.1", null, "another")));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3")]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3")]
    [InlineData("2001:db8::/32", "2001:db8:1:2::3")]
    public async Task AllowedNetworksNeverCount(string network, string address)
    {
        var house = new Gatehouse(new LoginThrottleOptions { AllowedNetworks = [IPNetwork.Parse(network)] });
        var answer = new ThrottleAnswer(true, TimeSpan.Zero);
        for (var i = 0; i < 200; i++) Assert.True(await house.GuessAsync(Gatehouse.From(address, Gatehouse.Alice)));
        Assert.Equal(answer, await house.PeekAsync(Gatehouse.From(address, Gatehouse.Alice)));
        Assert.Equal(answer, await house.PeekAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));

        // Nor are they refused when others have shut the account.
        await house.GuessUntilRefusedAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice));
        Assert.Equal(answer, await house.PeekAsync(Gatehouse.From(address, Gatehouse.Alice)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task LoopbackCounts(string address) =>
        Assert.Equal(20, await _house.GuessUntilRefusedAsync(Gatehouse.From(address, Gatehouse.Alice)));

    [Fact]
    public async Task WhatDidNotComeOverANetworkNeverCounts()
    {
        var attempt = new LoginAttempt(null, "alice") { Account = Gatehouse.Alice };
        for (var i = 0; i < 200; i++) Assert.True(await _house.GuessAsync(attempt));
        Assert.Empty(_house.Ledger.Entries);
    }
}
