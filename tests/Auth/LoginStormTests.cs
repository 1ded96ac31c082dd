using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Passwords;

namespace Merpati.Auth.Tests;

public sealed class LoginStormTests : IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly SemaphoreSlim _begun = new(0);
    private readonly PasswordVerifier _verifier = AccountList.VerifierOf("right");

    public void Dispose()
    {
        _release.Set();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task AnswersUnavailableWhenTheWaitingLineIsFull()
    {
        using var checker = Blocked(threads: 2, waiting: 3);
        var running = Start(checker, 0, 2);
        await _begun.WaitAsync();
        await _begun.WaitAsync();
        var waiting = Start(checker, 2, 3);
        Assert.Equal(3, checker.Waiting);

        AssertUnavailable(Check(checker, "one too many"));
        AssertUnavailable(checker.RefuseAsync("nobody", null, "x"u8.ToArray(), default));

        _release.Set();
        foreach (var check in running.Concat(waiting)) Assert.Equal(LoginVerdict.Granted, await check);
        Assert.Equal(5, checker.Computations);
        Assert.Equal(LoginVerdict.Granted, await Check(checker, "one too many"));
    }

    [Fact]
    public async Task AnswersWhatItRemembersThoughTheLineIsFull()
    {
        using var checker = Blocked(threads: 1, waiting: 0);
        _release.Set();
        Assert.Equal(LoginVerdict.Granted, await Check(checker, "known"));
        _release.Reset();
        await _begun.WaitAsync();
        var running = Check(checker, "running");
        await _begun.WaitAsync();
        AssertUnavailable(Check(checker, "other"));
        var known = Check(checker, "known");
        Assert.True(known.IsCompletedSuccessfully);
        Assert.Equal(LoginVerdict.Granted, await known);
        _release.Set();
        Assert.Equal(LoginVerdict.Granted, await running);
    }

    [Fact]
    public async Task GivesUpTheirPlaceWhenCallersStopWaiting()
    {
        using var checker = Blocked(threads: 1, waiting: 1);
        var running = Check(checker, "running");
        await _begun.WaitAsync();
        using var cancellation = new CancellationTokenSource();
        var waiting = Check(checker, "waiting", cancellation.Token).AsTask();
        AssertUnavailable(Check(checker, "next"));

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, checker.Waiting);
        var next = Check(checker, "next");
        Assert.False(next.IsCompleted);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Check(checker, "late", cancellation.Token));

        _release.Set();
        Assert.Equal(LoginVerdict.Granted, await running);
        Assert.Equal(LoginVerdict.Granted, await next);
        Assert.Equal(2, checker.Computations);
    }

    [Fact]
    public async Task SharesOneComputationAmongIdenticalChecks()
    {
        using var checker = Blocked(threads: 1, waiting: 10);
        var running = Check(checker, "running");
        await _begun.WaitAsync();
        using var cancellation = new CancellationTokenSource();
        var impatient = Check(checker, "shared", cancellation.Token).AsTask();
        var patient = Enumerable.Range(0, 20).Select(_ => Check(checker, "shared").AsTask()).ToArray();
        Assert.Equal(1, checker.Waiting);

        // The one who came first leaves; the others keep the place.
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal(1, checker.Waiting);
        _release.Set();
        Assert.All(await Task.WhenAll(patient), verdict => Assert.Equal(LoginVerdict.Granted, verdict));
        Assert.Equal(LoginVerdict.Granted, await running);
        Assert.Equal(2, checker.Computations);
    }

    [Fact]
    public async Task AnswersAllWhoWaitWhenItIsDisposed()
    {
        using var checker = Blocked(threads: 1, waiting: 10);
        var running = Check(checker, "running");
        await _begun.WaitAsync();
        var waiting = Start(checker, 0, 5);
        checker.Dispose();
        foreach (var check in waiting) Assert.Equal(LoginVerdict.Unavailable, await check);
        AssertUnavailable(Check(checker, "later"));
        _release.Set();
        Assert.Equal(LoginVerdict.Granted, await running);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(2)]
    public async Task NeverMixesConcurrentLogins(int cacheEntries)
    {
        string[] names = ["alice", "bob", "carol", "dave"];
        var accounts = new AccountList();
        var identities = names.Select(name => accounts.Add(name, "secret of " + name)).ToArray();
        var options = new PasswordCheckerOptions { Threads = 2, CacheEntries = cacheEntries, Iterations = PasswordVerifier.MinIterations };
        using var checker = new PasswordChecker(options, TimeProvider.System);
        var authenticator = new Authenticator(accounts, checker);
        var clients = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                var (name, other) = (RandomNumberGenerator.GetInt32(4), RandomNumberGenerator.GetInt32(4));
                // One buffer a login, reused for garbage afterwards as a protocol's would be.
                var password = Encoding.UTF8.GetBytes("secret of " + names[other]);
                var result = await authenticator.CheckPasswordAsync(new(null, names[name]), password, default);
                RandomNumberGenerator.Fill(password);
                Assert.Equal(name == other ? new LoginResult(LoginVerdict.Granted, identities[name]) : new LoginResult(LoginVerdict.Refused), result);
            }
        }));
        await Task.WhenAll(clients);
        Assert.InRange(checker.Remembered, 1, Math.Min(4, cacheEntries));
    }

    // Looks before it waits: were the check in line, waiting for it would never end.
    private static void AssertUnavailable(ValueTask<LoginVerdict> check)
    {
        var answer = check.AsTask();
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal(LoginVerdict.Unavailable, answer.GetAwaiter().GetResult());
    }

    private PasswordChecker Blocked(int threads, int waiting)
    {
        var options = new PasswordCheckerOptions { Threads = threads, MaxWaiting = waiting, Iterations = PasswordVerifier.MinIterations };
        return new PasswordChecker(options, new FakeTimeProvider(), _ =>
        {
            _begun.Release();
            _release.Wait();
            return true;
        });
    }

    private Task<LoginVerdict>[] Start(PasswordChecker checker, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => Check(checker, "password " + i).AsTask())];

    private ValueTask<LoginVerdict> Check(PasswordChecker checker, string password, CancellationToken cancellation = default) =>
        checker.CheckAsync("alice", _verifier, Encoding.UTF8.GetBytes(password), cancellation);
}
