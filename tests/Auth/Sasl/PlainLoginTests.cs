using System.Net;
using Merpati.Auth.Sasl;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests.Sasl;

public sealed class PlainLoginTests : IDisposable
{
    private readonly SaslHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\0\0")]
    [InlineData("\0\0\0")]
    [InlineData("alice")]
    [InlineData("\0alice")]
    [InlineData("\0alice\0")]
    [InlineData("\0\0right, =1")]
    [InlineData("alice\0\0")]
    [InlineData("alice\0right, =1")]
    [InlineData("\0alice\0right, =1\0")]
    [InlineData("\0alice\0right, =1\0x")]
    [InlineData("\0alice\0\0right, =1")]
    [InlineData("alice\0alice\0right, =1\0alice")]
    [InlineData("\0al\u0007ice\0right, =1")]
    [InlineData("\0al\u202Eice\0right, =1")]
    [InlineData("\0\u00AD\0right, =1")]
    [InlineData("\u00AD\0alice\0right, =1")]
    public async Task RefusesAMalformedPlainMessage(string message)
    {
        using var exchange = _house.Start("PLAIN");
        Assert.Equal(new SaslStep(SaslStatus.Malformed), await exchange.SayAsync(message));
    }

    [Fact]
    public async Task RefusesWhatIsNoUtf8()
    {
        foreach (var broken in (byte[][])[[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]])
        {
            byte[][] messages =
            [
                [.. broken, 0, .. "alice"u8, 0, .. "x"u8],
                [0, .. "alice"u8, .. broken, 0, .. "x"u8],
                [0, .. "alice"u8, 0, .. "x"u8, .. broken],
            ];
            foreach (var message in messages)
            {
                using var exchange = _house.Start("PLAIN");
                Assert.Equal(SaslStatus.Malformed, (await exchange.NextAsync(message, default)).Status);
            }

            using var login = _house.Start("LOGIN");
            Assert.Equal(SaslStatus.Malformed, (await login.NextAsync(broken, default)).Status);
            using var second = _house.Start("LOGIN");
            await second.SayAsync("alice");
            Assert.Equal(SaslStatus.Malformed, (await second.NextAsync(broken, default)).Status);
        }
    }

    [Fact]
    public async Task HoldsTheLimitsOfNamesAndPasswords()
    {
        var name = new string('n', 255);
        var password = new string('p', 1024);
        var identity = _house.Accounts.Add("long", password);
        _house.Accounts.Set(name, _house.Accounts["long"]);
        using var right = _house.Start("PLAIN");
        Assert.Equal(identity, (await right.SayAsync($"{name}\0{name}\0{password}")).Identity);
        foreach (var message in (string[])[$"\0{name}n\0{password}", $"\0{name}\0{password}p", $"{name}n\0{name}\0{password}"])
        {
            using var exchange = _house.Start("PLAIN");
            Assert.Equal(SaslStatus.Malformed, (await exchange.SayAsync(message)).Status);
        }

        using var login = _house.Start("LOGIN");
        Assert.Equal(SaslStatus.Malformed, (await login.SayAsync(name + "n")).Status);
        using var second = _house.Start("LOGIN");
        Assert.Equal(SaslStatus.Malformed, (await second.SayAllAsync(name, password + "p")).Status);
    }

    [Fact]
    public async Task AsksForNameAndPasswordInTheWordsThatClientsLookFor()
    {
        using var exchange = _house.Start("login");
        Assert.Equal("Username:", (await exchange.SayAsync(null)).Text());
        Assert.Equal("Password:", (await exchange.SayAsync("alice")).Text());
        Assert.Equal(_house.Alice, (await exchange.SayAsync(SaslHouse.Password)).Identity);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ali\0ce")]
    public async Task RefusesAMalformedName(string name)
    {
        using var exchange = _house.Start("LOGIN");
        Assert.Equal(SaslStatus.Malformed, (await exchange.SayAllAsync(null, name)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("right, =1\0")]
    [InlineData("right\0, =1")]
    public async Task RefusesAMalformedPassword(string password)
    {
        using var exchange = _house.Start("LOGIN");
        Assert.Equal(SaslStatus.Malformed, (await exchange.SayAllAsync("alice", password)).Status);
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task IsOverWhenItIsAskedToBeginTwice(string mechanism)
    {
        using var exchange = _house.Start(mechanism);
        Assert.Equal(SaslStatus.Malformed, (await exchange.SayAllAsync(null, null)).Status);
    }

    [Fact]
    public async Task LeavesTheThrottleToTheAuthenticator()
    {
        var throttle = new RecordingThrottle();
        var authenticator = new FixedAuthenticator();
        var server = new SaslServer(_house.Accounts, authenticator, throttle, _house.Options, TimeProvider.System);
        foreach (var (verdict, status) in ((LoginVerdict, SaslStatus)[])
        [
            (LoginVerdict.Refused, SaslStatus.Refused), (LoginVerdict.Unavailable, SaslStatus.Unavailable), (LoginVerdict.Throttled, SaslStatus.Throttled),
        ])
        {
            authenticator.Verdict = verdict;
            using var plain = server.Start("PLAIN", SaslHouse.Secure)!;
            Assert.Equal(new SaslStep(status), await plain.SayAsync("\0alice\0x"));
            using var login = server.Start("LOGIN", SaslHouse.Secure)!;
            Assert.Equal(new SaslStep(status), await login.SayAllAsync("alice", "x"));
            Assert.Equal(new LoginAttempt(IPAddress.Loopback, "alice"), authenticator.Attempt);
        }

        Assert.Empty(throttle.Events);
    }

    private sealed class FixedAuthenticator : IAuthenticator
    {
        public LoginVerdict Verdict { get; set; }

        public LoginAttempt Attempt { get; private set; }

        public ValueTask<LoginResult> CheckPasswordAsync(LoginAttempt attempt, ReadOnlyMemory<byte> password, CancellationToken cancellation)
        {
            Attempt = attempt;
            return new(new LoginResult(Verdict));
        }
    }
}
