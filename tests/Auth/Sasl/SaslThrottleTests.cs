using System.Net;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Auth.Tests.Sasl;

public sealed class SaslThrottleTests : IDisposable
{
    private readonly SaslHouse _house = new();
    private readonly RecordingThrottle _throttle = new();

    public static TheoryData<string> Mechanisms => new("CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS");

    public void Dispose() => _house.Dispose();

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public async Task PutsEachProofToTheThrottleOnce(string mechanism)
    {
        var server = _house.With(_house.Options, _throttle);
        Assert.Equal(SaslStatus.Granted, (await LoginAsync(server, mechanism, "alice", SaslHouse.Password)).Status);
        Assert.Equal(SaslStatus.Refused, (await LoginAsync(server, mechanism, "alice", "wrong")).Status);
        Assert.Equal(SaslStatus.Refused, (await LoginAsync(server, mechanism, "shut", SaslHouse.Password)).Status);
        Assert.Equal(SaslStatus.Refused, (await LoginAsync(server, mechanism, "nobody", "wrong")).Status);
        Assert.Equal(
        [
            "asked 127.0.0.1 alice alice@example.org", "granted 127.0.0.1 alice alice@example.org",
            "asked 127.0.0.1 alice alice@example.org", "refused 127.0.0.1 alice alice@example.org",
            "asked 127.0.0.1 shut shut@example.org", "refused 127.0.0.1 shut shut@example.org",
            "asked 127.0.0.1 nobody ", "refused 127.0.0.1 nobody ",
        ], _throttle.Events);
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public async Task ShutsOutWhomTheThrottleShutsOutRightOrWrong(string mechanism)
    {
        var server = _house.With(_house.Options, _throttle);
        _throttle.Answer = default;
        foreach (var password in (string[])[SaslHouse.Password, "wrong"])
        {
            Assert.Equal(new SaslStep(SaslStatus.Throttled), await LoginAsync(server, mechanism, "alice", password));
        }

        Assert.Equal(2, _throttle.Events.Count);
        Assert.DoesNotContain(_throttle.Events, static e => !e.StartsWith("asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PutsCertificatesToTheThrottleToo()
    {
        using var certificate = Certificates.For("alice@example.org");
        var server = _house.With(_house.Options, _throttle);
        foreach (var (answer, status) in ((string, SaslStatus)[])[("", SaslStatus.Granted), ("bob@example.org", SaslStatus.Refused)])
        {
            using var exchange = server.Start("EXTERNAL", SaslHouse.WithCertificate(certificate))!;
            Assert.Equal(status, (await exchange.SayAsync(answer)).Status);
        }

        // Never under the name that was only claimed.
        Assert.Equal(
        [
            "asked 127.0.0.1 alice@example.org alice@example.org", "granted 127.0.0.1 alice@example.org alice@example.org",
            "asked 127.0.0.1 alice@example.org ", "refused 127.0.0.1 alice@example.org ",
        ], _throttle.Events);

        _throttle.Answer = default;
        using var shutOut = server.Start("EXTERNAL", SaslHouse.WithCertificate(certificate))!;
        Assert.Equal(new SaslStep(SaslStatus.Throttled), await shutOut.SayAsync(""));
    }

    [Fact]
    public async Task AsksNothingForWhatIsMalformedOrGivenUp()
    {
        var server = _house.With(_house.Options, _throttle);
        using (var cram = server.Start("CRAM-MD5", SaslHouse.Clear)!) await cram.SayAllAsync(null, "alice");
        using (var scram = server.Start("SCRAM-SHA-256", SaslHouse.Clear)!) await scram.SayAsync("n,,n=alice,r=abc");
        using (var scram = server.Start("SCRAM-SHA-256", SaslHouse.Clear)!) await scram.SayAllAsync("n,,n=alice,r=abc", "x");
        Assert.Empty(_throttle.Events);
    }

    [Theory]
    [InlineData(SaslHouse.Password, SaslStatus.Challenge)]
    [InlineData("wrong", SaslStatus.Refused)]
    public async Task HoldsTheAnswerBackAsLongAsTheThrottleSays(string password, SaslStatus status)
    {
        var time = new TimerBox();
        _throttle.Answer = new(true, TimeSpan.FromSeconds(5));
        var server = new SaslServer(_house.Accounts, _house.Authenticator, _throttle, _house.Options, time);
        using var exchange = server.Start("SCRAM-SHA-256", SaslHouse.Clear)!;
        using var credentials = new SaslCredentials("alice", SaslHouse.Octets(password));
        using var client = Client("SCRAM-SHA-256", credentials);
        var challenge = await exchange.NextAsync(client.Start(), default);
        Assert.Empty(time.Due);
        var answer = exchange.NextAsync(client.Next(challenge.Octets).Octets, default);
        // Recorded before the delay: hanging up gains nothing.
        Assert.Equal(2, _throttle.Events.Count);
        Assert.False(answer.IsCompleted);
        Assert.Equal([TimeSpan.FromSeconds(5)], time.Due);
        time.Ring();
        Assert.Equal(status, (await answer).Status);
    }

    private static async Task<SaslStep> LoginAsync(SaslServer server, string mechanism, string name, string password)
    {
        using var exchange = server.Start(mechanism, SaslHouse.Secure with { Address = IPAddress.Loopback })!;
        using var credentials = new SaslCredentials(name, SaslHouse.Octets(password));
        using var client = Client(mechanism, credentials);
        return await exchange.TalkAsync(client);
    }

    private static ISaslClientExchange Client(string mechanism, SaslCredentials credentials) => SaslClient.Choose([mechanism], credentials, new SaslClientContext
    {
        Service = "smtp",
        HostName = "mail.example.org",
        AllowLegacy = true,
        Channel = mechanism.EndsWith("-PLUS", StringComparison.Ordinal) ? SaslHouse.Secure.Channel : null,
    })!;

    /// <summary>A clock whose timers ring when they are told to.</summary>
    private sealed class TimerBox : TimeProvider
    {
        private readonly List<Action> _calls = [];

        public List<TimeSpan> Due { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Due.Add(dueTime);
            _calls.Add(() => callback(state));
            return new DeadTimer();
        }

        public void Ring() => _calls.ForEach(static call => call());

        private sealed class DeadTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
                // It rings by hand.
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
