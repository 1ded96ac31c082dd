using System.Text;
using Merpati.Auth.Passwords;

namespace Merpati.Auth.Tests;

public sealed class AuthenticatorTests : IDisposable
{
    private const int MoreIterations = 3 * PasswordVerifier.MinIterations;

    private readonly AccountList _accounts = new();
    private readonly PasswordChecker _checker;
    private readonly Authenticator _authenticator;
    private readonly Identity _alice;

    public AuthenticatorTests()
    {
        _alice = _accounts.Add("alice", "right");
        _accounts.Add("shut", "right", disabled: true);
        _accounts.Add("mute", null);
        _accounts.Add("mute-and-shut", null, disabled: true);
        _checker = new PasswordChecker(new PasswordCheckerOptions { Threads = 1, Iterations = PasswordVerifier.MinIterations }, new FakeTimeProvider());
        _authenticator = new Authenticator(_accounts, _checker);
    }

    public void Dispose() => _checker.Dispose();

    [Fact]
    public async Task GrantsTheRightPasswordItsIdentity() =>
        Assert.Equal(new LoginResult(LoginVerdict.Granted, _alice), await Login("alice", "right"));

    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("nobody", "right")]
    [InlineData("nobody", "wrong")]
    [InlineData("", "right")]
    [InlineData("shut", "right")]
    [InlineData("shut", "wrong")]
    [InlineData("mute", "right")]
    [InlineData("mute-and-shut", "right")]
    [InlineData("alice", "")]
    [InlineData("nobody", "")]
    public async Task RefusesEverythingElseAlikeAfterExactlyOneComputation(string name, string password)
    {
        for (var i = 1; i <= 2; i++)
        {
            Assert.Equal(new LoginResult(LoginVerdict.Refused), await Login(name, password));
            Assert.Equal(i, _checker.Computations);
        }
    }

    [Fact]
    public async Task RefusesAPasswordThatIsTooLongAtTheSamePrice()
    {
        var longest = new string('x', PasswordVerifier.MaxPasswordOctets);
        _accounts.Add("bob", longest);
        Assert.Equal(LoginVerdict.Granted, (await Login("bob", longest)).Verdict);
        Assert.Equal(LoginVerdict.Refused, (await Login("bob", longest + "x")).Verdict);
        Assert.Equal(LoginVerdict.Refused, (await Login("nobody", longest + "x")).Verdict);
        Assert.Equal(3, _checker.Computations);
    }

    [Fact]
    public async Task SeesADisabledAccountAtTheNextLogin()
    {
        Assert.Equal(LoginVerdict.Granted, (await Login("alice", "right")).Verdict);
        _accounts.Set("alice", _accounts["alice"] with { Disabled = true });
        Assert.Equal(new LoginResult(LoginVerdict.Refused), await Login("alice", "right"));
        _accounts.Set("alice", _accounts["alice"] with { Disabled = false });
        Assert.Equal(LoginVerdict.Granted, (await Login("alice", "right")).Verdict);
    }

    [Fact]
    public async Task SeesAChangedPasswordAtTheNextLogin()
    {
        Assert.Equal(LoginVerdict.Granted, (await Login("alice", "right")).Verdict);
        _accounts.Set("alice", _accounts["alice"] with { Verifier = AccountList.VerifierOf("new") });
        Assert.Equal(LoginVerdict.Refused, (await Login("alice", "right")).Verdict);
        Assert.Equal(LoginVerdict.Granted, (await Login("alice", "new")).Verdict);
    }

    [Theory]
    [InlineData("alice", "wrong", PasswordVerifier.MinIterations)]
    [InlineData("shut", "right", PasswordVerifier.MinIterations)]
    [InlineData("mute", "right", MoreIterations)]
    [InlineData("nobody", "right", MoreIterations)]
    public async Task ChecksWithTheIterationsOfTheAccountOrTheDefault(string name, string password, int iterations)
    {
        var spent = new List<int>();
        var options = new PasswordCheckerOptions { Threads = 1, Iterations = MoreIterations };
        using var checker = new PasswordChecker(options, new FakeTimeProvider(), check =>
        {
            spent.Add(check.Verifier.Iterations);
            return check.Verifier.Matches(check.Password);
        });
        Assert.Equal(LoginVerdict.Refused, (await new Authenticator(_accounts, checker).CheckPasswordAsync(new(null, name), Encoding.UTF8.GetBytes(password), default)).Verdict);
        Assert.Equal([iterations], spent);
        Assert.Equal(MoreIterations, checker.Iterations);
    }

    [Fact]
    public async Task GrantsAnImportedAccountAtItsOwnPrice()
    {
        var options = new PasswordCheckerOptions { Threads = 1, Iterations = MoreIterations };
        using var checker = new PasswordChecker(options, new FakeTimeProvider());
        var authenticator = new Authenticator(_accounts, checker);
        Assert.Equal(LoginVerdict.Granted, (await authenticator.CheckPasswordAsync(new(null, "alice"), "right"u8.ToArray(), default)).Verdict);
        Assert.Equal(PasswordVerifier.MinIterations, checker.Iterations);
        Assert.Equal(LoginVerdict.Granted, (await authenticator.CheckPasswordAsync(new(null, "alice"), "right"u8.ToArray(), default)).Verdict);
        Assert.Equal(PasswordVerifier.MinIterations, checker.Iterations);
    }

    [Fact]
    public async Task LetsTheFailureOfTheSourcePass()
    {
        _accounts.Failure = new IOException("the store is broken");
        Assert.Same(_accounts.Failure, await Assert.ThrowsAsync<IOException>(async () => await Login("alice", "right")));
    }

    [Fact]
    public async Task AnswersUnavailableAfterTheCheckerIsDisposed()
    {
        _checker.Dispose();
        Assert.Equal(new LoginResult(LoginVerdict.Unavailable), await Login("alice", "right"));
        Assert.Equal(new LoginResult(LoginVerdict.Unavailable), await Login("nobody", "right"));
    }

    private ValueTask<LoginResult> Login(string name, string password) =>
        _authenticator.CheckPasswordAsync(new(null, name), Encoding.UTF8.GetBytes(password), default);
}
