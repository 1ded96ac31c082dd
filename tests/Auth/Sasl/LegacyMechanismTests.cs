using System.Text;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Auth.Tests.Sasl;

public sealed class LegacyMechanismTests : IDisposable
{
    private const string Right = "charset=utf-8,username=\"alice\",realm=\"mail.example.org\",nonce=\"{n}\",nc=00000001,cnonce=\"abc\",digest-uri=\"smtp/mail.example.org\",response={d},qop=auth";

    private readonly SaslHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData(" 0123456789abcdef0123456789abcdef")]
    [InlineData("alice 0123456789abcdef0123456789abcde")]
    [InlineData("alice 0123456789abcdef0123456789abcdef0")]
    [InlineData("alice 0123456789abcdef0123456789abcdeg")]
    [InlineData("alice 0123456789abcdef0123456789abcdef ")]
    [InlineData("alice0123456789abcdef0123456789abcdef")]
    [InlineData("al\0ice 0123456789abcdef0123456789abcdef")]
    [InlineData("alice\n0123456789abcdef0123456789abcdef")]
    public async Task RefusesAMalformedCramAnswer(string answer)
    {
        using var exchange = _house.Start("CRAM-MD5");
        Assert.Equal(new SaslStep(SaslStatus.Malformed), await exchange.SayAllAsync(null, answer));
    }

    [Theory]
    [InlineData("CRAM-MD5")]
    [InlineData("DIGEST-MD5")]
    public async Task SpeaksFirst(string mechanism)
    {
        using var early = _house.Start(mechanism);
        Assert.Equal(SaslStatus.Malformed, (await early.SayAsync("")).Status);
        using var silent = _house.Start(mechanism);
        Assert.Equal(SaslStatus.Malformed, (await silent.SayAllAsync(null, null)).Status);
    }

    [Fact]
    public async Task NeverChallengesTwiceAlikeAndRefusesAnotherChallengesAnswer()
    {
        foreach (var mechanism in (string[])["CRAM-MD5", "DIGEST-MD5"])
        {
            using var first = _house.Start(mechanism);
            using var second = _house.Start(mechanism);
            var challenge = await first.SayAsync(null);
            Assert.NotEqual(challenge.Text(), (await second.SayAsync(null)).Text());
            var answer = Answer(mechanism, challenge);
            Assert.Equal(new SaslStep(SaslStatus.Refused), await second.SayAsync(answer));
            Assert.NotEqual(SaslStatus.Refused, (await first.SayAsync(answer)).Status);
        }
    }

    [Fact]
    public async Task TakesCramNamesWithSpacesAndDigitsOfEitherCase()
    {
        _house.Accounts.Set("al ice", _house.Accounts["alice"]);
        using var exchange = _house.Start("CRAM-MD5");
        var answer = Answer("CRAM-MD5", await exchange.SayAsync(null));
        Assert.Equal(_house.Alice, (await exchange.SayAsync("al ice " + answer[6..].ToUpperInvariant())).Identity);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("username")]
    [InlineData("username=")]
    [InlineData("username=\"alice")]
    [InlineData("username=\"alice\\")]
    [InlineData("=x")]
    [InlineData("\0")]
    public async Task RefusesWhatIsNoListOfDirectives(string answer)
    {
        using var exchange = _house.Start("DIGEST-MD5");
        Assert.Equal(new SaslStep(SaslStatus.Malformed), await exchange.SayAllAsync(null, answer));
    }

    [Theory]
    [InlineData("username=\"alice\",", "")]
    [InlineData("username=\"alice\",", "username=\"alice\",username=\"alice\",")]
    [InlineData("username=\"alice\",", "username=\"alice\" ")]
    [InlineData("username=\"alice\",", "username=\"\",")]
    [InlineData("username=\"alice\",", "username=\"al\u0001ice\",")]
    [InlineData("realm=\"mail.example.org\",", "realm=\"mail.example.org\",realm=\"x\",")]
    [InlineData("nonce=\"{n}\",", "")]
    [InlineData("nonce=\"{n}\",", "nonce=\"{n}\",nonce=\"{n}\",")]
    [InlineData("cnonce=\"abc\",", "")]
    [InlineData("cnonce=\"abc\",", "cnonce=\"\",")]
    [InlineData("nc=00000001,", "")]
    [InlineData("nc=00000001,", "nc=00000002,")]
    [InlineData("nc=00000001,", "nc=1,")]
    [InlineData("nc=00000001,", "nc=0000000001,")]
    [InlineData("digest-uri=\"smtp/mail.example.org\",", "")]
    [InlineData("response={d},", "")]
    [InlineData("response={d},", "response=0,")]
    [InlineData("response={d},", "response={d}0,")]
    [InlineData("qop=auth", "qop=auth-int")]
    [InlineData("qop=auth", "qop=auth-conf")]
    [InlineData("qop=auth", "qop=")]
    [InlineData("charset=utf-8,", "charset=iso-8859-1,")]
    [InlineData("qop=auth", "qop=auth,authzid=\"\"")]
    [InlineData("qop=auth", "qop=auth x=1")]
    public async Task RefusesAMalformedDigestAnswer(string part, string instead) =>
        Assert.Equal(new SaslStep(SaslStatus.Malformed), await DigestAsync(part, instead));

    [Theory]
    [InlineData("nonce=\"{n}\",", "nonce=\"OA6MG9tEQGm2hh\",")]
    [InlineData("realm=\"mail.example.org\",", "realm=\"example.net\",")]
    [InlineData("smtp/", "imap/")]
    [InlineData("smtp/", "")]
    [InlineData("smtp/mail.example.org", "smtp/mail.example.net")]
    [InlineData("smtp/mail.example.org", "smtp/")]
    [InlineData("smtp/mail.example.org", "smtp/mail.example.org/example.net")]
    [InlineData("username=\"alice\",", "username=\"bob\",")]
    public async Task RefusesADigestThatIsNotForHere(string part, string instead) =>
        Assert.Equal(new SaslStep(SaslStatus.Refused), await DigestAsync(part, instead));

    [Theory]
    [InlineData("username=", " , ,\t username =\r\n ")]
    [InlineData("qop=auth", "qop=\"auth\",maxbuf=65536,x=y")]
    [InlineData("qop=auth", "cipher=rc4")]
    [InlineData("qop=auth", "QOP=AUTH,,")]
    [InlineData("username=\"alice\"", "username=\"al\\ice\"")]
    [InlineData("username=\"alice\"", "username=alice")]
    [InlineData("charset=utf-8,", "")]
    [InlineData("realm=\"mail.example.org\",", "")]
    [InlineData("smtp/mail.example.org", "SMTP/Mail.Example.Org")]
    [InlineData("smtp/mail.example.org", "smtp/mail.example.org/mail.example.org")]
    [InlineData("smtp/mail.example.org", "smtp/mx.example.org")]
    public async Task TakesADigestInAnyOfItsForms(string part, string instead) =>
        Assert.Equal(SaslStatus.Challenge, (await DigestAsync(part, instead)).Status);

    [Fact]
    public async Task RefusesADigestAnswerThatIsTooLong()
    {
        Assert.Equal(SaslStatus.Challenge, (await DigestAsync("qop=auth", $"qop=auth,x=\"{new string('x', 3500)}\"")).Status);
        Assert.Equal(SaslStatus.Malformed, (await DigestAsync("qop=auth", $"qop=auth,x=\"{new string('x', 4000)}\"")).Status);
        Assert.Equal(SaslStatus.Malformed, (await DigestAsync("qop=auth", "qop=auth" + string.Concat(Enumerable.Range(0, 40).Select(i => $",x{i}=1")))).Status);
    }

    // RFC 2831 §2.1.2: without the charset the name is in ISO 8859-1.
    [Fact]
    public async Task ReadsANameInIso88591()
    {
        var identity = _house.Add("umlaut", SaslHouse.Password);
        _house.Accounts.Set("j\u00FCrgen", _house.Accounts["umlaut"]);
        foreach (var utf8 in (bool[])[true, false])
        {
            using var exchange = _house.Start("DIGEST-MD5");
            var nonce = (await exchange.SayAsync(null)).Text().Split('"')[3];
            var text = Fill(Right.Replace("\"alice\"", "\"j\u00FCrgen\"", StringComparison.Ordinal), nonce, "j\u00FCrgen");
            if (!utf8) text = text.Replace("charset=utf-8,", "", StringComparison.Ordinal);
            Assert.Equal(SaslStatus.Challenge, (await exchange.NextAsync((utf8 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(text), default)).Status);
            Assert.Equal(identity, (await exchange.SayAsync("")).Identity);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData(null)]
    public async Task GrantsADigestOnlyAfterTheClientHasTakenTheProof(string? acknowledgement)
    {
        using var exchange = _house.Start("DIGEST-MD5");
        var proof = await exchange.SayAsync(Answer("DIGEST-MD5", await exchange.SayAsync(null)));
        Assert.StartsWith("rspauth=", proof.Text(), StringComparison.Ordinal);
        Assert.Null(proof.Identity);
        Assert.Equal(new SaslStep(SaslStatus.Malformed), await exchange.SayAsync(acknowledgement));
    }

    private static string Answer(string mechanism, SaslStep challenge)
    {
        using var credentials = new SaslCredentials("alice", SaslHouse.Octets(SaslHouse.Password));
        using var client = SaslClient.Choose([mechanism], credentials, new SaslClientContext { Service = "smtp", HostName = "mail.example.org", AllowLegacy = true })!;
        return Encoding.UTF8.GetString(client.Next(challenge.Octets).Octets.Span);
    }

    // An answer with the right proof for what it says.
    private async Task<SaslStep> DigestAsync(string part, string instead)
    {
        Assert.Contains(part, Right, StringComparison.Ordinal);
        var options = _house.Options with { OtherHostNames = ["mx.example.org"] };
        using var exchange = _house.With(options, null).Start("DIGEST-MD5", SaslHouse.Clear)!;
        var nonce = (await exchange.SayAsync(null)).Text().Split('"')[3];
        var text = Right.Replace(part, instead, StringComparison.Ordinal);
        return await exchange.SayAsync(Fill(text, nonce, text.Contains("\"bob\"", StringComparison.Ordinal) ? "bob" : "alice"));
    }

    private static string Fill(string text, string nonce, string name)
    {
        var filled = text.Replace("{n}", nonce, StringComparison.Ordinal);
        var fields = DigestFields.Parse(Encoding.UTF8.GetBytes(filled.Replace("{d}", "0", StringComparison.Ordinal)), true) ?? [];
        var terms = new DigestTerms
        {
            UserName = SaslHouse.Octets(name),
            Realm = fields.GetValueOrDefault("realm", []),
            Nonce = fields.GetValueOrDefault("nonce", []),
            ClientNonce = fields.GetValueOrDefault("cnonce", []),
            Uri = fields.GetValueOrDefault("digest-uri", []),
        };
        return filled.Replace("{d}", Convert.ToHexStringLower(terms.Response(SaslHouse.Octets(SaslHouse.Password))), StringComparison.Ordinal);
    }
}
