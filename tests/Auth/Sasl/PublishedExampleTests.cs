using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Auth.Tests.Sasl;

public sealed class PublishedExampleTests : IDisposable
{
    private readonly SaslHouse _house = new();

    public void Dispose() => _house.Dispose();

    // RFC 4616 §4.
    [Theory]
    [InlineData(null, "tim", "tanstaaftanstaaf", "\0tim\0tanstaaftanstaaf")]
    [InlineData("Ursel", "Kurt", "xipj3plmq", "Ursel\0Kurt\0xipj3plmq")]
    public void SpeaksThePlainOfTheRfc(string? authorizationId, string name, string password, string message)
    {
        using var credentials = new SaslCredentials(name, SaslHouse.Octets(password)) { AuthorizationId = authorizationId };
        using var client = SaslClient.Choose(["PLAIN"], credentials, Context("imap", "example.com", "x") with { AllowPlain = true })!;
        Assert.Equal(message, Encoding.UTF8.GetString(client.Start()!.Value.Span));
    }

    [Fact]
    public async Task ServesThePlainOfTheRfc()
    {
        var tim = _house.Add("tim", "tanstaaftanstaaf");
        _house.Add("Kurt", "xipj3plmq");
        using var first = _house.Start("PLAIN");
        Assert.Equal(tim, (await first.SayAsync("\0tim\0tanstaaftanstaaf")).Identity);
        // "Ursel" may not be acted for here.
        using var second = _house.Start("PLAIN");
        Assert.Equal(SaslStatus.Refused, (await second.SayAsync("Ursel\0Kurt\0xipj3plmq")).Status);
    }

    // RFC 2195 §3: <1896.697170952@postoffice.reston.mci.net>.
    [Fact]
    public async Task SpeaksTheCramMd5OfTheRfc()
    {
        var tim = _house.Add("tim", "tanstaaftanstaaf");
        var time = new FixedClock(DateTimeOffset.FromUnixTimeSeconds(697170952));
        var options = _house.Options with { NewNonce = () => "1896" };
        var context = SaslHouse.Clear with { Service = "imap", HostName = "postoffice.reston.mci.net" };
        using var server = new SaslServer(_house.Accounts, _house.Authenticator, null, options, time).Start("cram-md5", context)!;
        var challenge = await server.SayAsync(null);
        Assert.Equal("<1896.697170952@postoffice.reston.mci.net>", challenge.Text());

        using var credentials = new SaslCredentials("tim", "tanstaaftanstaaf"u8);
        using var client = SaslClient.Choose(["CRAM-MD5"], credentials, Context("imap", "postoffice.reston.mci.net", "x"))!;
        var answer = client.Next(challenge.Octets);
        Assert.Equal("tim b913a602c7eda7a495b4e6e7334d3890", Encoding.ASCII.GetString(answer.Octets.Span));
        Assert.Equal(tim, (await server.NextAsync(answer.Octets, default)).Identity);
        Assert.True(client.AcceptsSuccess());
    }

    // RFC 2831 §4.
    [Theory]
    [InlineData("imap", "OA6MG9tEQGm2hh", "OA6MHXh6VqTrRk", "d388dad90d4bbd760a152321f2143af7", "ea40f60335c427b5527b84dbabcdfffd")]
    [InlineData("acap", "OA9BSXrbuRhWay", "OA9BSuZWMSpW8m", "6084c6db3fede7352c551284490fd0fc", "2f0b3d7c3c2e486600ef710726aa2eae")]
    public async Task SpeaksTheDigestMd5OfTheRfc(string service, string nonce, string clientNonce, string response, string proof)
    {
        const string Host = "elwood.innosoft.com";
        var chris = _house.Add("chris", "secret");
        using var server = _house.With(_house.Options with { NewNonce = () => nonce }, null).Start("DIGEST-MD5", SaslHouse.Clear with { Service = service, HostName = Host })!;
        var challenge = await server.SayAsync(null);
        Assert.Equal($"realm=\"{Host}\",nonce=\"{nonce}\",qop=\"auth\",algorithm=md5-sess,charset=utf-8", challenge.Text());

        using var credentials = new SaslCredentials("chris", "secret"u8);
        using var client = SaslClient.Choose(["DIGEST-MD5"], credentials, Context(service, Host, clientNonce))!;
        var answer = client.Next(challenge.Octets);
        Assert.Equal(
            $"charset=utf-8,username=\"chris\",realm=\"{Host}\",nonce=\"{nonce}\",nc=00000001,cnonce=\"{clientNonce}\",digest-uri=\"{service}/{Host}\",response={response},qop=auth",
            Encoding.ASCII.GetString(answer.Octets.Span));
        var final = await server.NextAsync(answer.Octets, default);
        Assert.Equal("rspauth=" + proof, final.Text());
        Assert.Equal(new SaslClientStep(true), client.Next(final.Octets));
        Assert.Equal(chris, (await server.SayAsync("")).Identity);
        Assert.True(client.AcceptsSuccess());
    }

    // RFC 5802 §5.
    [Fact]
    public void SpeaksTheScramSha1OfTheRfc()
    {
        using var credentials = new SaslCredentials("user", "pencil"u8);
        using var client = SaslClient.Choose(["SCRAM-SHA-1"], credentials, Context("imap", "example.com", "fyko+d2lbbFgONRv9qkxdawL"))!;
        Assert.Equal("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", Encoding.ASCII.GetString(client.Start()!.Value.Span));
        var step = client.Next("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"u8.ToArray());
        Assert.Equal("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", Encoding.ASCII.GetString(step.Octets.Span));
        Assert.Equal(new SaslClientStep(true), client.Next("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="u8.ToArray()));
        Assert.True(client.AcceptsSuccess());
    }

    // RFC 7677 §3, both sides.
    [Fact]
    public async Task SpeaksTheScramSha256OfTheRfc()
    {
        const string ClientNonce = "rOprNGfwEbeRWgbNEkqO";
        const string Nonce = ClientNonce + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        var user = _house.Add("user", "pencil");
        _house.Accounts.Set("user", _house.Accounts["user"] with { Verifier = PasswordVerifier.Derive("pencil"u8, Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096) });
        using var server = _house.With(_house.Options with { NewNonce = () => Nonce[ClientNonce.Length..] }, null).Start("SCRAM-SHA-256", SaslHouse.Clear)!;
        using var credentials = new SaslCredentials("user", "pencil"u8);
        using var client = SaslClient.Choose(["SCRAM-SHA-256"], credentials, Context("imap", "example.com", ClientNonce))!;

        var first = client.Start();
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Encoding.ASCII.GetString(first!.Value.Span));
        var challenge = await server.NextAsync(first, default);
        Assert.Equal($"r={Nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", challenge.Text());
        var answer = client.Next(challenge.Octets);
        Assert.Equal($"c=biws,r={Nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", Encoding.ASCII.GetString(answer.Octets.Span));
        var final = await server.NextAsync(answer.Octets, default);
        Assert.Equal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", final.Text());
        Assert.Equal(new SaslClientStep(true), client.Next(final.Octets));
        Assert.Equal(user, (await server.SayAsync("")).Identity);
        Assert.True(client.AcceptsSuccess());
    }

    // RFC 1939 §7.
    [Fact]
    public void ComputesTheApopOfTheRfc()
    {
        var timestamp = "<1896.697170952@dbc.mtview.ca.us>"u8;
        Assert.Equal("c4c9334bac560ecc979e58001b3e22fb", Encoding.ASCII.GetString(ApopDigest.Compute(timestamp, "tanstaaf"u8)));
        Assert.True(ApopDigest.Matches(timestamp, "tanstaaf"u8, "c4c9334bac560ecc979e58001b3e22fb"u8));
        Assert.True(ApopDigest.Matches(timestamp, "tanstaaf"u8, "C4C9334BAC560ECC979E58001B3E22FB"u8));
        Assert.False(ApopDigest.Matches(timestamp, "tanstaa"u8, "c4c9334bac560ecc979e58001b3e22fb"u8));
        Assert.False(ApopDigest.Matches("<1896.697170953@dbc.mtview.ca.us>"u8, "tanstaaf"u8, "c4c9334bac560ecc979e58001b3e22fb"u8));
        foreach (var bad in (string[])["", "c4c9334bac560ecc979e58001b3e22f", "c4c9334bac560ecc979e58001b3e22fbb", "g4c9334bac560ecc979e58001b3e22fb"])
        {
            Assert.False(ApopDigest.Matches(timestamp, "tanstaaf"u8, SaslHouse.Octets(bad)));
        }
    }

    private static SaslClientContext Context(string service, string host, string nonce) =>
        new() { Service = service, HostName = host, AllowLegacy = true, NewNonce = () => nonce };

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
