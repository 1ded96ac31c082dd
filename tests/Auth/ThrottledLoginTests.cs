using System.Net;
using System.Text;
using Merpati.Auth.Passwords;
using Merpati.Auth.Tests.Throttle;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests;

/// <summary>What the authenticator asks of the throttle and does with its answers.</summary>
public sealed class ThrottledLoginTests : IDisposable
{
    private static readonly IPAddress Somewhere = IPAddress.Parse("192.0.2.1");

    private readonly AccountList _accounts = new();
    private readonly Gatehouse _house = new();
    private readonly PasswordChecker _checker;
    private readonly Authenticator _authenticator;

    public ThrottledLoginTests()
    {
        _accounts.Add("alice", "right");
        _accounts.Set("alice@example.org", _accounts["alice"]);
        _checker = new PasswordChecker(new PasswordCheckerOptions { Threads = 1, Iterations = PasswordVerifier.MinIterations }, _house.Time);
        _authenticator = new Authenticator(_accounts, _checker, _house.Throttle, _house.Time);
    }

    public void Dispose() => _checker.Dispose();

    [Fact]
    public async Task WhoIsRefusedCostsNoComputation()
    {
        await _house.GuessUntilRefusedAsync(Gatehouse.From("192.0.2.1", null));
        Assert.Equal(new LoginResult(LoginVerdict.Throttled), await Login("alice", "right"));
        Assert.Equal(new LoginResult(LoginVerdict.Throttled), await Login("nobody", "right"));
        Assert.Equal(0, _checker.Computations);
        Assert.Equal(LoginVerdict.Granted, (await Login("alice", "right", "192.0.2.2")).Verdict);
    }

    [Fact]
    public async Task AllNamesOfAnAccountCountTogether()
    {
        var house = new Gatehouse(new LoginThrottleOptions { FreeFailures = 1000 });
        var authenticator = new Authenticator(_accounts, _checker, house.Throttle, house.Time);
        for (var i = 0; i < 20; i++)
        {
            var attempt = new LoginAttempt(IPAddress.Parse($"10.{i}.0.1"), i % 2 == 0 ? "alice" : "alice@example.org");
            Assert.Equal(LoginVerdict.Refused, (await authenticator.CheckPasswordAsync(attempt, Encoding.UTF8.GetBytes($"guess {i}"), default)).Verdict);
        }

        Assert.Equal("alice@example.org", Assert.Single(house.Ledger.Entries).Key);
        Assert.Equal(LoginVerdict.Throttled, (await authenticator.CheckPasswordAsync(new(Somewhere, "alice"), "right"u8.ToArray(), default)).Verdict);
    }

    [Fact]
    public async Task TheSameWrongPasswordCountsOnce()
    {
        for (var i = 0; i < 30; i++) Assert.Equal(LoginVerdict.Refused, (await Login("alice", "stale")).Verdict);
        Assert.Empty(_house.Ledger.Entries);
    }

    [Theory]
    [InlineData("right", LoginVerdict.Granted)]
    [InlineData("wrong", LoginVerdict.Refused)]
    public async Task TheAnswerComesLateWhateverItIs(string password, LoginVerdict verdict)
    {
        for (var i = 0; i < 3; i++) await _house.GuessAsync(Gatehouse.From("192.0.2.1", null, $"name{i}"));
        var login = Login("alice", password).AsTask();
        while (_house.Time.Timers == 0) await Task.Yield(); // until the password is checked
        _house.Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(login.IsCompleted);
        _house.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(verdict, (await login).Verdict);
    }

    [Fact]
    public async Task HangingUpDuringTheDelayDoesNotUncountTheGuess()
    {
        for (var i = 0; i < 19; i++) await _house.GuessAsync(Gatehouse.From("192.0.2.1", null, $"name{i}"));
        using var cancellation = new CancellationTokenSource();
        var login = _authenticator.CheckPasswordAsync(new(Somewhere, "alice"), "wrong"u8.ToArray(), cancellation.Token).AsTask();
        while (_house.Time.Timers == 0) await Task.Yield();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => login);
        Assert.Single(_house.Ledger.Entries);
    }

    [Fact]
    public async Task WhatCannotBeCheckedCountsForNothing()
    {
        _checker.Dispose();
        for (var i = 0; i < 30; i++) Assert.Equal(LoginVerdict.Unavailable, (await Login("alice", "right")).Verdict);
        _accounts.Failure = new IOException("the store is broken");
        for (var i = 0; i < 30; i++) await Assert.ThrowsAsync<IOException>(async () => await Login("alice", "right"));
        Assert.Equal(new ThrottleAnswer(true, TimeSpan.Zero), await _house.PeekAsync(Gatehouse.From("192.0.2.1", Gatehouse.Alice)));
    }

    private ValueTask<LoginResult> Login(string name, string password, string address = "192.0.2.1") =>
        _authenticator.CheckPasswordAsync(new(IPAddress.Parse(address), name), Encoding.UTF8.GetBytes(password), TestContext.Current.CancellationToken);
}
