using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Auth.Tests.Sasl;

public sealed class ScramServerTests : IDisposable
{
    private const string Proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private readonly SaslHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(",,")]
    [InlineData(",,n=alice,r=abc")]
    [InlineData("n")]
    [InlineData("n,")]
    [InlineData("n,,")]
    [InlineData("n,,n=alice")]
    [InlineData("n,,n=alice,")]
    [InlineData("n,,n=alice,r=")]
    [InlineData("n,,n=alice,r=abc,")]
    [InlineData("n,,n=alice,r=abc,,x=1")]
    [InlineData("n,,n=alice,r=abc,x")]
    [InlineData("n,,n=alice,r=abc,x=")]
    [InlineData("n,,n=alice,r=abc,1=2")]
    [InlineData("n,,n=alice,r=abc,m=1")]
    [InlineData("n,,n=alice,r=a c")]
    [InlineData("n,,n=alice,r=a\u007Fc")]
    [InlineData("n,,n=alice,r=\u00E4")]
    [InlineData("n,,n=alice,r=a\0c")]
    [InlineData("n,,n=al\0ice,r=abc")]
    [InlineData("n,,n=al\u0001ice,r=abc")]
    [InlineData("n,,n=,r=abc")]
    [InlineData("n,,n=\u00AD,r=abc")]
    [InlineData("n,,n==,r=abc")]
    [InlineData("n,,n=a=,r=abc")]
    [InlineData("n,,n=a=2,r=abc")]
    [InlineData("n,,n=a=2c,r=abc")]
    [InlineData("n,,n=a=3d,r=abc")]
    [InlineData("n,,n=a=00,r=abc")]
    [InlineData("n,,n=a=2D,r=abc")]
    [InlineData("n,,n=a=3C,r=abc")]
    [InlineData("n,,N=alice,r=abc")]
    [InlineData("n,,r=abc,n=alice")]
    [InlineData("n,,m=x,n=alice,r=abc")]
    [InlineData("n,,u=alice,r=abc")]
    [InlineData("n,a=,n=alice,r=abc")]
    [InlineData("n,b=alice,n=alice,r=abc")]
    [InlineData("n,alice,n=alice,r=abc")]
    [InlineData("n,a=a=,n=alice,r=abc")]
    [InlineData("N,,n=alice,r=abc")]
    [InlineData("x,,n=alice,r=abc")]
    [InlineData("nn,,n=alice,r=abc")]
    [InlineData("n=,,n=alice,r=abc")]
    [InlineData("p,,n=alice,r=abc")]
    [InlineData("p=,,n=alice,r=abc")]
    [InlineData("p=tls_unique,,n=alice,r=abc")]
    [InlineData("p=tls unique,,n=alice,r=abc")]
    [InlineData(" n,,n=alice,r=abc")]
    public async Task RefusesAMalformedFirstMessage(string message)
    {
        foreach (var mechanism in (string[])["SCRAM-SHA-256", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS"])
        {
            using var exchange = _house.Start(mechanism);
            Assert.Equal(new SaslStep(SaslStatus.Malformed), await exchange.SayAsync(message));
        }
    }

    [Fact]
    public async Task HoldsTheLimitsOfTheFirstMessage()
    {
        var (name, nonce) = (new string('n', 255), new string('r', 256));
        foreach (var (message, status) in ((string, SaslStatus)[])
        [
            ($"n,a={name},n={name},r={nonce}", SaslStatus.Challenge),
            ($"n,,n={name}n,r={nonce}", SaslStatus.Malformed),
            ($"n,a={name}n,n={name},r={nonce}", SaslStatus.Malformed),
            ($"n,,n={name},r={nonce}r", SaslStatus.Malformed),
            ($"n,,n={string.Concat(Enumerable.Repeat("=2C", 255))},r=x", SaslStatus.Challenge),
            ($"n,,n={string.Concat(Enumerable.Repeat("=2C", 256))},r=x", SaslStatus.Malformed),
        ])
        {
            using var exchange = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
            Assert.Equal(status, (await exchange.SayAsync(message)).Status);
        }

        using var broken = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
        Assert.Equal(SaslStatus.Malformed, (await broken.NextAsync((byte[])[.. "n,,n=a"u8, 0xFF, .. ",r=x"u8], default)).Status);
    }

    // RFC 4954 §4: no message of any mechanism is longer than 12,288 octets.
    [Theory]
    [InlineData(12_288, SaslStatus.Challenge)]
    [InlineData(12_289, SaslStatus.Malformed)]
    public async Task HoldsTheLimitOfAMessage(int length, SaslStatus status)
    {
        using var exchange = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
        Assert.Equal(status, (await exchange.SayAsync("n,,n=alice,r=abc,x=".PadRight(length, 'x'))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c=biws")]
    [InlineData("c=biws,r={r}")]
    [InlineData("c=biws,r={r},p=")]
    [InlineData("c=biws,r={r},p=x")]
    [InlineData("c=biws,r={r},p=dHzb")]
    [InlineData("c=biws,r={r},p={p},")]
    [InlineData("c=biws,r={r},p={p},x=1")]
    [InlineData("c=biws,r={r},p={p},p={p}")]
    [InlineData("c=biws,r={r},m=1,p={p}")]
    [InlineData("c=biws,r={r},x,p={p}")]
    [InlineData("c=biws,r={r},,p={p}")]
    [InlineData("c=biws,p={p},r={r}")]
    [InlineData("r={r},c=biws,p={p}")]
    [InlineData("c=biws,p={p}")]
    [InlineData("r={r},p={p}")]
    [InlineData("c=,r={r},p={p}")]
    [InlineData("c=biw,r={r},p={p}")]
    [InlineData("c=biwt=,r={r},p={p}")]
    [InlineData("c=b iws,r={r},p={p}")]
    [InlineData("c=biws,r=,p={p}")]
    [InlineData("c=biws,r={r} ,p={p}")]
    [InlineData("c=biws,r={r}\0,p={p}")]
    [InlineData("c=biws,r={r},p={p}AAAA")]
    public async Task RefusesAMalformedFinalMessage(string message)
    {
        using var exchange = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
        var first = await exchange.SayAsync("n,,n=alice,r=abc");
        var nonce = first.Text().Split(',')[0][2..];
        var final = message.Replace("{r}", nonce, StringComparison.Ordinal).Replace("{p}", Proof, StringComparison.Ordinal);
        Assert.Equal(new SaslStep(SaslStatus.Malformed), await exchange.SayAsync(final));
    }

    [Fact]
    public async Task IsOverWhenTheClientSaysNothing()
    {
        using var twice = _house.Start("SCRAM-SHA-256");
        Assert.Equal(SaslStatus.Malformed, (await twice.SayAllAsync(null, null)).Status);
        using var later = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
        Assert.Equal(SaslStatus.Malformed, (await later.SayAllAsync("n,,n=alice,r=abc", null)).Status);
    }

    [Theory]
    [InlineData("x")]
    [InlineData(null)]
    public async Task GrantsOnlyAfterTheClientHasTakenTheProof(string? acknowledgement)
    {
        using var server = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
        using var credentials = new SaslCredentials("alice", SaslHouse.Octets(SaslHouse.Password));
        using var client = Client("SCRAM-SHA-256", credentials, null);
        var challenge = await server.NextAsync(client.Start(), default);
        var proof = await server.NextAsync(client.Next(challenge.Octets).Octets, default);
        Assert.StartsWith("v=", proof.Text(), StringComparison.Ordinal);
        Assert.Null(proof.Identity);
        Assert.Equal(new SaslStep(SaslStatus.Malformed), await server.SayAsync(acknowledgement));
    }

    // The way of a man in the middle who strips -PLUS from the list (RFC 5802 §6).
    [Theory]
    [InlineData("SCRAM-SHA-256", "y,,")]
    [InlineData("SCRAM-SHA-1", "y,,")]
    [InlineData("SCRAM-SHA-256", "p=tls-exporter,,")]
    [InlineData("SCRAM-SHA-256-PLUS", "n,,")]
    [InlineData("SCRAM-SHA-256-PLUS", "y,,")]
    [InlineData("SCRAM-SHA-256-PLUS", "p=tls-unique,,")]
    [InlineData("SCRAM-SHA-256-PLUS", "p=TLS-EXPORTER,,")]
    [InlineData("SCRAM-SHA-1-PLUS", "p=tls-unique,,")]
    public async Task RefusesADowngrade(string mechanism, string header)
    {
        using var exchange = _house.Start(mechanism);
        Assert.Equal(new SaslStep(SaslStatus.Refused), await exchange.SayAsync(header + "n=alice,r=abc"));
    }

    [Fact]
    public async Task TakesAClientThatCouldBindWhereNothingCanBeBound()
    {
        using var exchange = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
        using var credentials = new SaslCredentials("alice", SaslHouse.Octets(SaslHouse.Password));
        using var client = Client("SCRAM-SHA-256", credentials, SaslHouse.Secure.Channel);
        Assert.Equal(_house.Alice, (await exchange.TalkAsync(client)).Identity);
    }

    [Fact]
    public async Task RefusesABindingThatTheConnectionDoesNotHave()
    {
        var exporterOnly = SaslHouse.Secure with { Channel = SaslHouse.Secure.Channel! with { ServerEndPoint = default } };
        using var exchange = _house.Start("SCRAM-SHA-256-PLUS", exporterOnly);
        Assert.Equal(SaslStatus.Refused, (await exchange.SayAsync("p=tls-server-end-point,,n=alice,r=abc")).Status);
    }

    // Both ends are right about the password, and in two TLS connections.
    [Fact]
    public async Task RefusesWhoeverIsBoundToAnotherChannel()
    {
        var own = SaslHouse.Secure.Channel!;
        SecureChannel[] others =
        [
            own with { Exporter = new byte[own.Exporter.Length] }, own with { Exporter = own.Exporter[1..] }, own with { Exporter = default, ServerEndPoint = new byte[31] },
        ];
        foreach (var mechanism in (string[])["SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"])
        {
            foreach (var other in others) Assert.Equal(new SaslStep(SaslStatus.Refused), await LoginAsync(mechanism, other));
            Assert.Equal(_house.Alice, (await LoginAsync(mechanism, own)).Identity);
            Assert.Equal(_house.Alice, (await LoginAsync(mechanism, own with { Exporter = default })).Identity);
        }
    }

    // The proof is right, but the header in "c" is not the one of the first message.
    [Theory]
    [InlineData("y,,")]
    [InlineData("n,a=bob,")]
    [InlineData("n,,x")]
    public async Task RefusesAChangedHeader(string header)
    {
        var (exchange, salt, serverFirst) = await BeginAsync("n,,", "n=alice,r=abc");
        using var running = exchange;
        Assert.Equal(SaslStatus.Refused, (await exchange.SayAsync(Final(header, "n=alice,r=abc", serverFirst, salt))).Status);
        var (again, otherSalt, otherFirst) = await BeginAsync("n,,", "n=alice,r=abc");
        using var right = again;
        Assert.Equal(SaslStatus.Challenge, (await again.SayAsync(Final("n,,", "n=alice,r=abc", otherFirst, otherSalt))).Status);
    }

    // The proof is right, but over a nonce that is not this exchange's.
    [Theory]
    [InlineData("r=abc", "")]
    [InlineData("r=abd", "")]
    [InlineData("r=", "")]
    [InlineData("r=abc", "A")]
    public async Task RefusesAnotherNonce(string begin, string end)
    {
        var (exchange, salt, serverFirst) = await BeginAsync("n,,", "n=alice,r=abc");
        using var running = exchange;
        var nonce = begin + serverFirst.Split(',')[0][5..] + end;
        var isOwn = nonce == serverFirst.Split(',')[0];
        var step = await exchange.SayAsync(Final("n,,", "n=alice,r=abc", serverFirst, salt, nonce));
        Assert.Equal(isOwn ? SaslStatus.Challenge : SaslStatus.Refused, step.Status);
    }

    [Fact]
    public async Task IgnoresExtensionsThatItDoesNotKnowAndSignsThem()
    {
        var (exchange, salt, serverFirst) = await BeginAsync("n,,", "n=alice,r=abc,x=1,Z=\u2603");
        using var running = exchange;
        Assert.Equal(SaslStatus.Challenge, (await exchange.SayAsync(Final("n,,", "n=alice,r=abc,x=1,Z=\u2603", serverFirst, salt))).Status);
    }

    // A12: what was heard once proves nothing a second time.
    [Fact]
    public async Task RefusesAReplay()
    {
        var (exchange, salt, serverFirst) = await BeginAsync("n,,", "n=alice,r=abc");
        using var running = exchange;
        var final = Final("n,,", "n=alice,r=abc", serverFirst, salt);
        using var other = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
        Assert.Equal(new SaslStep(SaslStatus.Refused), await other.SayAllAsync("n,,n=alice,r=abc", final));
        Assert.Equal(SaslStatus.Challenge, (await exchange.SayAsync(final)).Status);
        Assert.Equal(SaslStatus.Malformed, (await exchange.SayAsync(final)).Status);
    }

    [Fact]
    public async Task NeverUsesANonceTwice()
    {
        var nonces = new HashSet<string>();
        for (var i = 0; i < 100; i++)
        {
            using var exchange = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
            var nonce = (await exchange.SayAsync("n,,n=alice,r=abc")).Text().Split(',')[0];
            Assert.StartsWith("r=abc", nonce, StringComparison.Ordinal);
            Assert.Equal(5 + 32, nonce.Length);
            Assert.True(nonces.Add(nonce));
        }
    }

    private async Task<SaslStep> LoginAsync(string mechanism, SecureChannel clients)
    {
        using var exchange = _house.Start(mechanism);
        using var credentials = new SaslCredentials("alice", SaslHouse.Octets(SaslHouse.Password));
        using var client = Client(mechanism, credentials, clients);
        return await exchange.TalkAsync(client);
    }

    private async Task<(ISaslExchange Exchange, byte[] Salt, string ServerFirst)> BeginAsync(string header, string bare)
    {
        var exchange = _house.Start("SCRAM-SHA-256", SaslHouse.Clear);
        var serverFirst = (await exchange.SayAsync(header + bare)).Text();
        return (exchange, Convert.FromBase64String(serverFirst.Split(',')[1][2..]), serverFirst);
    }

    // A client's last message, worked out by hand with whatever header.
    private static string Final(string header, string bare, string serverFirst, byte[] salt, string? nonce = null)
    {
        var withoutProof = $"c={Convert.ToBase64String(SaslHouse.Octets(header))},{nonce ?? serverFirst.Split(',')[0]}";
        var authMessage = Encoding.UTF8.GetBytes($"{bare},{serverFirst},{withoutProof}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(SaslHouse.Octets(SaslHouse.Password), salt, PasswordVerifier.MinIterations, HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(clientKey), authMessage);
        for (var i = 0; i < clientKey.Length; i++) clientKey[i] ^= signature[i];
        return $"{withoutProof},p={Convert.ToBase64String(clientKey)}";
    }

    private static ISaslClientExchange Client(string mechanism, SaslCredentials credentials, SecureChannel? channel) =>
        SaslClient.Choose([mechanism], credentials, new SaslClientContext { Service = "smtp", HostName = "mail.example.org", Channel = channel })!;
}
