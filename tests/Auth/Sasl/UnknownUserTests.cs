using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;

namespace Merpati.Auth.Tests.Sasl;

public sealed class UnknownUserTests : IDisposable
{
    private const string Proof256 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private const string Proof1 = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private readonly SaslHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData("SCRAM-SHA-256", Proof256)]
    [InlineData("SCRAM-SHA-1", Proof1)]
    public async Task CannotBeToldFromAWrongPasswordInScram(string mechanism, string proof)
    {
        var shapes = new List<string>();
        foreach (var name in (string[])["alice", "shut", "mute", "modern", "nobody", "Nobody@example.net", "x"])
        {
            using var exchange = _house.Start(mechanism, SaslHouse.Clear);
            var challenge = (await exchange.SayAsync($"n,,n={name},r=abc")).Text();
            var parts = challenge.Split(',');
            var end = await exchange.SayAsync($"c=biws,{parts[0]},p={proof}");
            Assert.Equal(new SaslStep(SaslStatus.Refused), end);
            Assert.Equal(16, Convert.FromBase64String(parts[1][2..]).Length);
            shapes.Add($"{parts.Length} {parts[0].Length} {parts[1].Length} {parts[2]}");
        }

        Assert.Single(shapes.Distinct());
    }

    [Theory]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-1")]
    public async Task AlwaysHasTheSameSalt(string mechanism)
    {
        // Another server with the same key: the salt outlives a restart.
        var later = _house.With(_house.Options with { }, null);
        foreach (var name in (string[])["nobody", "mute", "alice"])
        {
            var salts = new HashSet<string>();
            foreach (var spelling in (string[])[name, name, name.ToUpperInvariant(), name + "@example.org", name + "@EXAMPLE.ORG"])
            {
                if (name == "alice" && spelling != "alice" && mechanism == "SCRAM-SHA-256") continue; // the account list of the test knows one spelling
                salts.Add(await SaltAsync(_house.Server, mechanism, spelling));
                salts.Add(await SaltAsync(later, mechanism, spelling));
            }

            Assert.Single(salts);
        }

        Assert.NotEqual(await SaltAsync(_house.Server, mechanism, "nobody"), await SaltAsync(_house.Server, mechanism, "nobody2"));
        Assert.NotEqual(await SaltAsync(_house.Server, "SCRAM-SHA-1", "nobody"), await SaltAsync(_house.Server, "SCRAM-SHA-256", "nobody"));
        var foreign = _house.With(_house.Options with { SaltKey = new byte[32] }, null);
        Assert.NotEqual(await SaltAsync(_house.Server, mechanism, "nobody"), await SaltAsync(foreign, mechanism, "nobody"));
    }

    [Fact]
    public async Task NamesTheUsualIterations()
    {
        var usual = _house.With(_house.Options with { Iterations = 12_345 }, null);
        using var unknown = usual.Start("SCRAM-SHA-256", SaslHouse.Clear)!;
        Assert.EndsWith(",i=12345", (await unknown.SayAsync("n,,n=nobody,r=abc")).Text(), StringComparison.Ordinal);
        Assert.Equal(PasswordVerifier.DefaultIterations, new SaslServerOptions().Iterations);
    }

    [Fact]
    public async Task CannotBeToldFromAWrongPasswordInTheOthers()
    {
        foreach (var name in (string[])["alice", "shut", "mute", "modern", "nobody"])
        {
            using var plain = _house.Start("PLAIN");
            Assert.Equal(new SaslStep(SaslStatus.Refused), await plain.SayAsync($"\0{name}\0wrong"));
            using var login = _house.Start("LOGIN");
            Assert.Equal(new SaslStep(SaslStatus.Refused), await login.SayAllAsync(null, name, "wrong"));
            using var cram = _house.Start("CRAM-MD5");
            Assert.Equal(new SaslStep(SaslStatus.Refused), await cram.SayAllAsync(null, name + " 0123456789abcdef0123456789abcdef"));
            using var digest = _house.Start("DIGEST-MD5");
            var nonce = (await digest.SayAsync(null)).Text().Split('"')[3];
            Assert.Equal(new SaslStep(SaslStatus.Refused), await digest.SayAsync(
                $"username=\"{name}\",nonce=\"{nonce}\",cnonce=\"x\",nc=00000001,qop=auth,digest-uri=\"smtp/mail.example.org\",response=0123456789abcdef0123456789abcdef"));
        }
    }

    private static async Task<string> SaltAsync(SaslServer server, string mechanism, string name)
    {
        using var exchange = server.Start(mechanism, SaslHouse.Clear)!;
        return (await exchange.SayAsync($"n,,n={name},r=abc")).Text().Split(',')[1];
    }
}
