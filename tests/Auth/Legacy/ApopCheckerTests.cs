using System.Net;
using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Auth.Tests.Sasl;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests.Legacy;

/// <summary>APOP (RFC 1939 §7) over accounts and a throttle.</summary>
public sealed class ApopCheckerTests : IDisposable
{
    private static readonly byte[] Timestamp = "<1896.697170952@dbc.mtview.ca.us>"u8.ToArray();

    private readonly SaslHouse _house = new();
    private readonly RecordingThrottle _throttle = new();
    private readonly ApopChecker _checker;

    public ApopCheckerTests() => _checker = new ApopChecker(_house.Accounts, _throttle, _house.Sealer, new FakeTimeProvider());

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task GrantsTheExampleOfTheRfc()
    {
        var mrose = _house.Add("mrose", "tanstaaf");
        var result = await CheckAsync("mrose", "c4c9334bac560ecc979e58001b3e22fb"u8.ToArray());
        Assert.Equal(new LoginResult(LoginVerdict.Granted, mrose), result);
        Assert.Equal(["asked 127.0.0.1 mrose mrose@example.org", "granted 127.0.0.1 mrose mrose@example.org"], _throttle.Events);
    }

    [Theory]
    [InlineData("alice", "wrong", "alice@example.org")]
    [InlineData("alice", "", "alice@example.org")]
    [InlineData("bob", SaslHouse.Password, "bob@example.org")]
    [InlineData("shut", SaslHouse.Password, "shut@example.org")] // disabled
    [InlineData("modern", SaslHouse.Password, "modern@example.org")] // has no sealed secret
    [InlineData("modern", "", "modern@example.org")]
    [InlineData("mute", "", "mute@example.org")]
    [InlineData("nobody", SaslHouse.Password, "")]
    [InlineData("nobody", "", "")]
    public async Task RefusesAllOthersAlike(string name, string password, string account)
    {
        Assert.Equal(new LoginResult(LoginVerdict.Refused), await CheckAsync(name, Digest(password)));
        Assert.Equal([$"asked 127.0.0.1 {name} {account}", $"refused 127.0.0.1 {name} {account}"], _throttle.Events);
    }

    [Fact]
    public async Task RefusesWhatIsNoDigest()
    {
        foreach (var digest in (string[])["", "tanstaaf", new string('z', 32), new string('0', 31), new string('0', 33)])
        {
            Assert.Equal(new LoginResult(LoginVerdict.Refused), await CheckAsync("alice", Encoding.ASCII.GetBytes(digest)));
        }
    }

    [Fact]
    public async Task ADigestIsGoodForItsTimestampOnly()
    {
        var digest = Digest(SaslHouse.Password);
        var another = "<1896.697170953@dbc.mtview.ca.us>"u8.ToArray();
        Assert.Equal(LoginVerdict.Refused, (await _checker.CheckDigestAsync(new LoginAttempt(IPAddress.Loopback, "alice"), another, digest, CancellationToken.None)).Verdict);
        Assert.Equal(new LoginResult(LoginVerdict.Granted, _house.Alice), await CheckAsync("alice", digest));
    }

    [Fact]
    public async Task ShutsOutWhomTheThrottleShutsOutRightOrWrong()
    {
        _throttle.Answer = default;
        Assert.Equal(new LoginResult(LoginVerdict.Throttled), await CheckAsync("alice", Digest(SaslHouse.Password)));
        Assert.Equal(new LoginResult(LoginVerdict.Throttled), await CheckAsync("alice", Digest("wrong")));
        Assert.All(_throttle.Events, said => Assert.StartsWith("asked", said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnAnswerThatIsHeldBackCanBeCalledOffAndCountsAllTheSame()
    {
        _throttle.Answer = new ThrottleAnswer(true, TimeSpan.FromMinutes(5));
        using var cancellation = new CancellationTokenSource();
        var waiting = _checker.CheckDigestAsync(new LoginAttempt(IPAddress.Loopback, "alice"), Timestamp, Digest("wrong"), cancellation.Token);
        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        Assert.Contains("refused 127.0.0.1 alice alice@example.org", _throttle.Events);
    }

    private static byte[] Digest(string password) => ApopDigest.Compute(Timestamp, SaslHouse.Octets(password));

    private ValueTask<LoginResult> CheckAsync(string name, byte[] digest) =>
        _checker.CheckDigestAsync(new LoginAttempt(IPAddress.Loopback, name), Timestamp, digest, CancellationToken.None);
}
