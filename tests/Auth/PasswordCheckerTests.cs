using System.Globalization;
using System.Text;
using Merpati.Auth.Passwords;

namespace Merpati.Auth.Tests;

public sealed class PasswordCheckerTests
{
    private static readonly PasswordCheckerOptions Quick = new() { Threads = 1, Iterations = PasswordVerifier.MinIterations };

    private readonly FakeTimeProvider _time = new();
    private readonly PasswordVerifier _verifier = AccountList.VerifierOf("right");

    [Fact]
    public async Task ComputesASuccessOnceAndThenRemembersIt()
    {
        using var checker = new PasswordChecker(Quick, _time);
        Assert.Equal(LoginVerdict.Granted, await Check(checker, "right"));
        Assert.Equal(LoginVerdict.Granted, await Check(checker, "right"));
        Assert.Equal(1, checker.Computations);
        Assert.Equal(LoginVerdict.Refused, await Check(checker, "wrong"));
        Assert.Equal(2, checker.Computations);
    }

    [Fact]
    public async Task NeverRemembersAFailure()
    {
        using var checker = new PasswordChecker(Quick, _time);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(LoginVerdict.Refused, await Check(checker, "wrong"));
            Assert.Equal(i, checker.Computations);
        }

        Assert.Equal(0, checker.Remembered);
    }

    [Fact]
    public async Task ForgetsASuccessWhenItsLifetimeIsOverHoweverOftenItWasUsed()
    {
        using var checker = new PasswordChecker(Quick with { CacheLifetime = TimeSpan.FromMinutes(10) }, _time);
        await Check(checker, "right");
        for (var i = 0; i < 9; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Check(checker, "right");
        }

        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        await Check(checker, "right");
        Assert.Equal(1, checker.Computations);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(LoginVerdict.Granted, await Check(checker, "right"));
        Assert.Equal(2, checker.Computations);
        Assert.Equal(1, checker.Remembered);
    }

    [Fact]
    public async Task RemembersNoMoreThanItsBoundAndForgetsTheOldestFirst()
    {
        using var checker = new PasswordChecker(Quick with { CacheEntries = 3 }, _time, _ => true);
        foreach (var password in (string[])["a", "b", "c", "d"]) await Check(checker, password);
        Assert.Equal(3, checker.Remembered);
        foreach (var password in (string[])["b", "c", "d"]) await Check(checker, password);
        Assert.Equal(4, checker.Computations);
        await Check(checker, "a");
        Assert.Equal(5, checker.Computations);

        for (var i = 0; i < 1000; i++) await Check(checker, i.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(3, checker.Remembered);
    }

    [Fact]
    public async Task RemembersNothingWhenTheCacheIsOff()
    {
        using var none = new PasswordChecker(Quick with { CacheEntries = 0 }, _time, _ => true);
        using var instant = new PasswordChecker(Quick with { CacheLifetime = TimeSpan.Zero }, _time, _ => true);
        foreach (var checker in (PasswordChecker[])[none, instant])
        {
            await Check(checker, "right");
            await Check(checker, "right");
            Assert.Equal(2, checker.Computations);
        }
    }

    [Fact]
    public async Task MissesAtOnceWhenTheVerifierHasChanged()
    {
        using var checker = new PasswordChecker(Quick, _time);
        Assert.Equal(LoginVerdict.Granted, await Check(checker, "right"));
        Assert.Equal(LoginVerdict.Refused, await checker.CheckAsync("alice", AccountList.VerifierOf("new"), "right"u8.ToArray(), default));
        Assert.Equal(LoginVerdict.Granted, await checker.CheckAsync("alice", AccountList.VerifierOf("right"), "right"u8.ToArray(), default));
        Assert.Equal(3, checker.Computations);
    }

    [Fact]
    public void KeepsEveryPartOfALoginApartInItsKey()
    {
        var secret = new byte[LoginKey.SecretLength];
        var salt = _verifier.Salt.ToArray();
        LoginKey[] keys =
        [
            LoginKey.Of(secret, true, "alice", _verifier, "right"u8),
            LoginKey.Of(secret, false, "alice", _verifier, "right"u8),
            LoginKey.Of(secret, true, "alic", _verifier, "right"u8),
            LoginKey.Of(secret, true, "alice", AccountList.VerifierOf("right"), "right"u8),
            LoginKey.Of(secret, true, "alice", PasswordVerifier.Derive("other"u8, salt, _verifier.Iterations), "right"u8),
            LoginKey.Of(secret, true, "alice", PasswordVerifier.Derive("right"u8, salt, _verifier.Iterations + 1), "right"u8),
            LoginKey.Of(secret, true, "alice", _verifier, "righ"u8),
            LoginKey.Of(secret, true, new string('x', 5000), _verifier, new byte[1024]),
            LoginKey.Of(secret, true, new string('x', 5000), _verifier, new byte[1023]),
            LoginKey.Of([.. secret[1..], 1], true, "alice", _verifier, "right"u8),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], LoginKey.Of(secret, true, "alice", _verifier, "right"u8));
    }

    [Fact]
    public async Task NeverGrantsWhatIsToBeRefusedThoughThePasswordIsRightAndRemembered()
    {
        using var checker = new PasswordChecker(Quick, _time);
        Assert.Equal(LoginVerdict.Granted, await Check(checker, "right"));
        for (var i = 2; i <= 3; i++)
        {
            Assert.Equal(LoginVerdict.Refused, await checker.RefuseAsync("alice", _verifier, "right"u8.ToArray(), default));
            Assert.Equal(i, checker.Computations);
        }

        Assert.Equal(LoginVerdict.Refused, await checker.RefuseAsync("alice", null, "right"u8.ToArray(), default));
        Assert.Equal(4, checker.Computations);
    }

    [Fact]
    public async Task HandsAFailedComputationToItsCallerAndGoesOn()
    {
        var fails = true;
        using var checker = new PasswordChecker(Quick, _time, _ => fails ? throw new InvalidOperationException("broken") : true);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Check(checker, "right"));
        fails = false;
        Assert.Equal(LoginVerdict.Granted, await Check(checker, "right"));
    }

    [Fact]
    public async Task ErasesThePasswordWhenItIsDone()
    {
        PasswordCheck? seen = null;
        using var checker = new PasswordChecker(Quick, _time, check => (seen = check).Verifier.Matches(check.Password));
        Assert.Equal(LoginVerdict.Granted, await Check(checker, "right"));
        Assert.Equal(new byte[5], seen!.Password);
    }

    [Fact]
    public async Task ComputesOnThreadsThatGiveWayToTheMail()
    {
        if (!OperatingSystem.IsLinux()) return;
        var stat = "";
        using var checker = new PasswordChecker(Quick, _time, _ =>
        {
            stat = File.ReadAllText("/proc/thread-self/stat");
            return true;
        });
        await Check(checker, "right");
        // proc(5): the niceness is field 19; the name in field 2 may hold spaces, so count from its closing bracket.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var own = File.ReadAllText("/proc/thread-self/stat");
        Assert.Equal("10", fields[16]);
        Assert.NotEqual("10", own[(own.LastIndexOf(')') + 2)..].Split(' ')[16]);
    }

    [Fact]
    public void RefusesOptionsBeyondTheirLimits()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PasswordCheckerOptions { Threads = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PasswordCheckerOptions { Threads = 257 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PasswordCheckerOptions { MaxWaiting = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PasswordCheckerOptions { CacheEntries = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PasswordCheckerOptions { CacheEntries = 1_000_001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PasswordCheckerOptions { CacheLifetime = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PasswordCheckerOptions { CacheLifetime = TimeSpan.FromDays(1.1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PasswordCheckerOptions { Iterations = PasswordVerifier.MinIterations - 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PasswordCheckerOptions { Iterations = PasswordVerifier.MaxIterations + 1 });
        Assert.Equal(PasswordVerifier.DefaultIterations, new PasswordCheckerOptions().Iterations);
    }

    private ValueTask<LoginVerdict> Check(PasswordChecker checker, string password) =>
        checker.CheckAsync("alice", _verifier, Encoding.UTF8.GetBytes(password), default);
}
