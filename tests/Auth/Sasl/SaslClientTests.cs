using System.Text;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Auth.Tests.Sasl;

public sealed class SaslClientTests : IDisposable
{
    private const string Nonce = "fyko+d2lbbFgONRv9qkxdawL";
    private const string ServerFirst = "r=" + Nonce + "3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
    private const string Genuine = "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=";
    private const string DigestChallenge = "realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",algorithm=md5-sess,charset=utf-8";
    private const string DigestProof = "rspauth=ea40f60335c427b5527b84dbabcdfffd";

    private static readonly string[] Everything =
        ["LOGIN", "PLAIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL", "NTLM"];

    private readonly SaslCredentials _user = new("user", "pencil"u8);
    private readonly SaslCredentials _chris = new("chris", "secret"u8);

    public void Dispose()
    {
        _user.Dispose();
        _chris.Dispose();
    }

    [Fact]
    public void ChoosesTheStrongestThatItCanDo()
    {
        using var withCertificate = new SaslCredentials("user", "pencil"u8) { HasCertificate = true };
        var bound = Context() with { Channel = SaslHouse.Secure.Channel, AllowPlain = true, AllowLegacy = true };
        string?[] expected = ["EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "PLAIN", "LOGIN", null];
        var left = Everything.ToList();
        foreach (var name in expected)
        {
            Assert.Equal(name, SaslClient.Choose(left, withCertificate, bound)?.Mechanism);
            if (name is not null) left.Remove(name);
        }

        Assert.Equal("SCRAM-SHA-256-PLUS", SaslClient.Choose(Everything, _user, bound)?.Mechanism);
        Assert.Equal("SCRAM-SHA-256", SaslClient.Choose([.. Everything.Select(static name => name.ToLowerInvariant())], _user, bound with { Channel = null })?.Mechanism);
    }

    [Fact]
    public void NeverFallsBelowWhatIsAllowed()
    {
        Assert.Null(SaslClient.Choose(["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5"], _user, Context()));
        Assert.Null(SaslClient.Choose(["CRAM-MD5", "DIGEST-MD5"], _user, Context() with { AllowPlain = true }));
        Assert.Null(SaslClient.Choose(["PLAIN", "LOGIN"], _user, Context() with { AllowLegacy = true }));
        Assert.Null(SaslClient.Choose(["EXTERNAL"], _user, Context() with { Channel = SaslHouse.Secure.Channel }));
        Assert.Null(SaslClient.Choose(["SCRAM-SHA-256-PLUS"], _user, Context() with { Channel = new SecureChannel(default, default, null) }));
        using var nameOnly = new SaslCredentials("user", default);
        Assert.Null(SaslClient.Choose(Everything, nameOnly, Context() with { AllowPlain = true, AllowLegacy = true }));
    }

    [Fact]
    public void SendsNoIdentityByAMechanismThatCannotCarryOne()
    {
        using var other = new SaslCredentials("user", "pencil"u8) { AuthorizationId = "boss" };
        Assert.Null(SaslClient.Choose(["LOGIN", "CRAM-MD5"], other, Context() with { AllowPlain = true, AllowLegacy = true }));
    }

    [Theory]
    [InlineData("SCRAM-SHA-256", null, "n,,")]
    [InlineData("SCRAM-SHA-256", "", "y,,")]
    [InlineData("SCRAM-SHA-256-PLUS", "", "p=tls-exporter,,")]
    [InlineData("SCRAM-SHA-1-PLUS", "end-point", "p=tls-server-end-point,,")]
    public void SaysWhatItKnowsOfTheChannel(string mechanism, string? channel, string header)
    {
        var context = Context() with
        {
            Channel = channel switch
            {
                null => null,
                "" => SaslHouse.Secure.Channel,
                _ => SaslHouse.Secure.Channel! with { Exporter = default },
            },
        };
        using var client = SaslClient.Choose([mechanism], _user, context)!;
        Assert.Equal($"{header}n=user,r={Nonce}", Encoding.ASCII.GetString(client.Start()!.Value.Span));
    }

    // RFC 5802 §6: "c" carries the header of the first message and, when bound, the octets of the binding.
    [Theory]
    [InlineData("SCRAM-SHA-1", "eSws")]
    [InlineData("SCRAM-SHA-1-PLUS", "cD10bHMtZXhwb3J0ZXIsLAABAgM=")]
    public void BindsTheProofToTheChannel(string mechanism, string binding)
    {
        using var client = SaslClient.Choose([mechanism], _user, Context() with { Channel = new SecureChannel(new byte[32], new byte[] { 0, 1, 2, 3 }, null) })!;
        client.Start();
        Assert.StartsWith($"c={binding},r={Nonce}3rfcNHYJY1ZVvWVs7j,p=", Encoding.ASCII.GetString(client.Next(SaslHouse.Octets(ServerFirst)).Octets.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,=b \u00DF", "boss,", "n,a=boss=2C,n=a=2C=3Db \u00DF,r=" + Nonce)]
    [InlineData("no\u00A0break\u00AD", null, "n,,n=no break,r=" + Nonce)]
    public void EscapesAndPreparesNames(string name, string? authorizationId, string message)
    {
        using var credentials = new SaslCredentials(name, "pencil"u8) { AuthorizationId = authorizationId };
        using var client = SaslClient.Choose(["SCRAM-SHA-256"], credentials, Context())!;
        Assert.Equal(message, Encoding.UTF8.GetString(client.Start()!.Value.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("e=other-error")]
    [InlineData("r=" + Nonce + ",s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("r=Xyko+d2lbbFgONRv9qkxdawL3rfc,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("r=" + Nonce + "3 fc,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("r=" + Nonce + "3rfc,s=,i=4096")]
    [InlineData("r=" + Nonce + "3rfc,s=QSXCR,i=4096")]
    [InlineData("r=" + Nonce + "3rfc,i=4096,s=QSXCR+Q6sek8bf92")]
    [InlineData("r=" + Nonce + "3rfc,s=QSXCR+Q6sek8bf92")]
    [InlineData("r=" + Nonce + "3rfc,s=QSXCR+Q6sek8bf92,i=4095")]
    [InlineData("r=" + Nonce + "3rfc,s=QSXCR+Q6sek8bf92,i=1")]
    [InlineData("r=" + Nonce + "3rfc,s=QSXCR+Q6sek8bf92,i=-4096")]
    [InlineData("r=" + Nonce + "3rfc,s=QSXCR+Q6sek8bf92,i=10000001")]
    [InlineData("r=" + Nonce + "3rfc,s=QSXCR+Q6sek8bf92,i=99999999999")]
    [InlineData("m=x,r=" + Nonce + "3rfc,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("r=" + Nonce + "3rfc,s=QSXCR+Q6sek8bf92,i=4096,m=x")]
    [InlineData("r=" + Nonce + "3rfc,s=QSXCR+Q6sek8bf92,i=4096,x")]
    public void GivesNoProofToAServerThatBreaksTheRules(string challenge)
    {
        using var client = Scram();
        Assert.Equal(default, client.Next(SaslHouse.Octets(challenge)));
        Assert.Equal(default, client.Next(SaslHouse.Octets(ServerFirst)));
        Assert.False(client.AcceptsSuccess());
    }

    [Theory]
    [InlineData("")]
    [InlineData("v=")]
    [InlineData("v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("v=rmF9pqV8S7suAoZWja4dJRkFsKR=")]
    [InlineData("v=rmF9pqV8S7suAoZWja4dJRkF")]
    [InlineData("e=invalid-proof")]
    [InlineData("x=1," + Genuine)]
    [InlineData(Genuine + ",x")]
    [InlineData("V=rmF9pqV8S7suAoZWja4dJRkFsKQ=")]
    public void BelievesNoServerThatDoesNotProveItself(string final)
    {
        using var challenged = Scram();
        Assert.True(challenged.Next(SaslHouse.Octets(ServerFirst)).Ok);
        Assert.Equal(default, challenged.Next(SaslHouse.Octets(final)));
        Assert.False(challenged.AcceptsSuccess());

        using var withSuccess = Scram();
        Assert.True(withSuccess.Next(SaslHouse.Octets(ServerFirst)).Ok);
        Assert.False(withSuccess.AcceptsSuccess(SaslHouse.Octets(final)));
        Assert.False(withSuccess.AcceptsSuccess(SaslHouse.Octets(Genuine)));
    }

    [Fact]
    public void BelievesNoServerThatGrantsTooSoon()
    {
        using var unasked = SaslClient.Choose(["SCRAM-SHA-1"], _user, Context())!;
        Assert.False(unasked.AcceptsSuccess());
        using var begun = Scram();
        Assert.False(begun.AcceptsSuccess());
        using var proved = Scram();
        proved.Next(SaslHouse.Octets(ServerFirst));
        Assert.False(proved.AcceptsSuccess());
    }

    [Fact]
    public void TakesTheProofWithTheSuccessOrBeforeIt()
    {
        using var with = Scram();
        with.Next(SaslHouse.Octets(ServerFirst));
        Assert.True(with.AcceptsSuccess(SaslHouse.Octets(Genuine)));
        using var before = Scram();
        before.Next(SaslHouse.Octets(ServerFirst));
        Assert.Equal(new SaslClientStep(true), before.Next(SaslHouse.Octets(Genuine + ",x=1")));
        Assert.True(before.AcceptsSuccess());
        using var digest = Digest(DigestChallenge, out _);
        Assert.True(digest.AcceptsSuccess(SaslHouse.Octets(DigestProof)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rspauth")]
    [InlineData("rspauth=ea40f60335c427b5527b84dbabcdfffe")]
    [InlineData("response=ea40f60335c427b5527b84dbabcdfffd")]
    public void BelievesNoDigestServerThatDoesNotProveItself(string final)
    {
        using var challenged = Digest(DigestChallenge, out _);
        Assert.Equal(default, challenged.Next(SaslHouse.Octets(final)));
        Assert.False(challenged.AcceptsSuccess());
        using var withSuccess = Digest(DigestChallenge, out _);
        Assert.False(withSuccess.AcceptsSuccess(SaslHouse.Octets(final)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonce=\"x\"")]
    [InlineData("nonce=\"x\",algorithm=md5")]
    [InlineData("nonce=\"\",algorithm=md5-sess")]
    [InlineData("nonce=\"x\",nonce=\"y\",algorithm=md5-sess")]
    [InlineData("nonce=\"x\",algorithm=md5-sess,qop=\"auth-int,auth-conf\"")]
    [InlineData("algorithm=md5-sess")]
    public void AnswersNoDigestChallengeThatBreaksTheRules(string challenge)
    {
        using var client = Digest(challenge, out var step);
        Assert.Equal(default, step);
        Assert.False(client.AcceptsSuccess());
    }

    [Fact]
    public void ReadsTheDigestChallengesOfOthers()
    {
        using var many = Digest("realm=\"a\\\"b\",realm=\"c\",nonce=\"x\",qop=\"auth-int, auth\",algorithm=md5-sess", out var step);
        Assert.True(step.Ok);
        Assert.StartsWith("username=\"chris\",realm=\"a\\\"b\",nonce=\"x\",nc=00000001,", Encoding.ASCII.GetString(step.Octets.Span), StringComparison.Ordinal);
        using var bare = Digest("nonce=\"x\",algorithm=md5-sess", out step);
        Assert.StartsWith("username=\"chris\",nonce=\"x\",", Encoding.ASCII.GetString(step.Octets.Span), StringComparison.Ordinal);
        using var tooLong = Digest($"nonce=\"{new string('x', 2048)}\",algorithm=md5-sess", out step);
        Assert.False(step.Ok);
    }

    [Fact]
    public void DerivesAnewOnlyForAnotherSaltHashOrCount()
    {
        // Whatever was derived before, the proof is the published one.
        foreach (var other in (string[])["s=QSXCR+Q6sek8bf92,i=5000", "s=AAAAAAAAAAAAAAAA,i=4096", "s=QSXCR+Q6sek8bf92,i=4096"])
        {
            using var before = Scram();
            Assert.True(before.Next(SaslHouse.Octets($"r={Nonce}3rfcNHYJY1ZVvWVs7j,{other}")).Ok);
            using var longer = SaslClient.Choose(["SCRAM-SHA-256"], _user, Context())!;
            longer.Start();
            if (other[2] == 'A') Assert.True(longer.Next(SaslHouse.Octets(ServerFirst)).Ok);
            using var client = Scram();
            Assert.True(client.Next(SaslHouse.Octets(ServerFirst)).Ok);
            Assert.True(client.AcceptsSuccess(SaslHouse.Octets(Genuine)));
        }

        var first = _user.Salt(ScramHash.Sha256, [1, 2, 3], 4096);
        var again = _user.Salt(ScramHash.Sha256, [1, 2, 3], 4096);
        Assert.NotSame(first, again);
        Assert.Equal(first, again);
    }

    [Fact]
    public void SaysNothingMoreThanTheMechanismHas()
    {
        var context = Context() with { AllowPlain = true, AllowLegacy = true };
        using var plain = SaslClient.Choose(["PLAIN"], _user, context)!;
        Assert.False(plain.AcceptsSuccess());
        plain.Start();
        Assert.False(plain.Next("x"u8.ToArray()).Ok);
        using var login = SaslClient.Choose(["LOGIN"], _user, context)!;
        Assert.Null(login.Start());
        Assert.Equal("user", Encoding.ASCII.GetString(login.Next("Name?"u8.ToArray()).Octets.Span));
        Assert.False(login.AcceptsSuccess());
        Assert.Equal("pencil", Encoding.ASCII.GetString(login.Next(default).Octets.Span));
        Assert.True(login.AcceptsSuccess());
        Assert.False(login.Next(default).Ok);
        using var cram = SaslClient.Choose(["CRAM-MD5"], _user, context)!;
        Assert.False(cram.Next(default).Ok);
        Assert.False(cram.AcceptsSuccess());
        Assert.True(cram.Next("<1@x>"u8.ToArray()).Ok);
        Assert.False(cram.Next("<2@x>"u8.ToArray()).Ok);
        using var scram = Scram();
        Assert.Throws<InvalidOperationException>(() => scram.Start());
    }

    private static SaslClientContext Context() => new() { Service = "imap", HostName = "elwood.innosoft.com", NewNonce = static () => Nonce };

    private ISaslClientExchange Scram()
    {
        var client = SaslClient.Choose(["SCRAM-SHA-1"], _user, Context())!;
        Assert.NotNull(client.Start());
        return client;
    }

    private ISaslClientExchange Digest(string challenge, out SaslClientStep step)
    {
        var client = SaslClient.Choose(["DIGEST-MD5"], _chris, Context() with { AllowLegacy = true, NewNonce = static () => "OA6MHXh6VqTrRk" })!;
        step = client.Next(SaslHouse.Octets(challenge));
        return client;
    }
}
