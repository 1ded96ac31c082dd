using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Auth.Tests.Sasl;

public sealed class ExternalTests : IDisposable
{
    private readonly SaslHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GrantsTheAccountWhoseAddressIsInTheCertificate(bool initialResponse)
    {
        using var certificate = Certificates.For("stranger@example.net", "alice@example.org");
        using var server = _house.Start("EXTERNAL", SaslHouse.WithCertificate(certificate));
        using var credentials = new SaslCredentials("alice", default) { HasCertificate = true };
        using var client = SaslClient.Choose(["EXTERNAL"], credentials, new SaslClientContext { Service = "smtp", HostName = "x", Channel = SaslHouse.Secure.Channel })!;
        Assert.Equal(new SaslStep(SaslStatus.Granted, default, _house.Alice), await server.TalkAsync(client, initialResponse));
    }

    [Theory]
    [InlineData("alice@example.org", SaslStatus.Granted)]
    [InlineData("Alice@Example.ORG", SaslStatus.Granted)]
    [InlineData("bob@example.org", SaslStatus.Refused)]
    [InlineData("alice", SaslStatus.Refused)]
    [InlineData("alice@example.org\0", SaslStatus.Malformed)]
    [InlineData("\0", SaslStatus.Malformed)]
    public async Task TakesOnlyTheOwnIdentity(string authorizationId, SaslStatus status)
    {
        using var certificate = Certificates.For("alice@example.org");
        using var server = _house.Start("EXTERNAL", SaslHouse.WithCertificate(certificate));
        Assert.Equal(status, (await server.SayAsync(authorizationId)).Status);
    }

    [Fact]
    public async Task RefusesACertificateThatNamesNoAccount()
    {
        using var none = Certificates.With();
        using var noAddress = Certificates.For();
        using var stranger = Certificates.For("nobody@example.org");
        using var disabled = Certificates.For("shut@example.org");
        foreach (var certificate in (X509Certificate2[])[none, noAddress, stranger, disabled])
        {
            using var server = _house.Start("EXTERNAL", SaslHouse.WithCertificate(certificate));
            Assert.Equal(new SaslStep(SaslStatus.Refused), await server.SayAsync(""));
        }
    }

    [Fact]
    public async Task RefusesAnAliasInACertificate()
    {
        _house.Accounts.Set("office@example.org", _house.Accounts["alice"]);
        using var certificate = Certificates.For("office@example.org");
        using var server = _house.Start("EXTERNAL", SaslHouse.WithCertificate(certificate));
        Assert.Equal(SaslStatus.Refused, (await server.SayAsync("")).Status);
    }

    [Fact]
    public async Task AsksWhichOfSeveralAccountsIsMeant()
    {
        using var certificate = Certificates.For("alice@example.org", "bob@example.org");
        using var unsaid = _house.Start("EXTERNAL", SaslHouse.WithCertificate(certificate));
        Assert.Equal(SaslStatus.Refused, (await unsaid.SayAsync("")).Status);
        using var said = _house.Start("EXTERNAL", SaslHouse.WithCertificate(certificate));
        Assert.Equal("bob@example.org", (await said.SayAsync("bob@example.org")).Identity?.Address.ToString());
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x30 })]
    [InlineData(new byte[] { 0x30, 0x05, 0x81, 0x7F })]
    [InlineData(new byte[] { 0x30, 0x03, 0x81, 0x01, 0xFF })]
    [InlineData(new byte[] { 0x04, 0x00 })]
    public async Task RefusesAMalformedExtension(byte[] octets)
    {
        using var certificate = Certificates.With(new X509Extension("2.5.29.17", octets, false));
        using var server = _house.Start("EXTERNAL", SaslHouse.WithCertificate(certificate));
        Assert.Equal(SaslStatus.Refused, (await server.SayAsync("")).Status);
    }

    // CVE-2009-2408 and its kin: what follows a NUL is not cut off.
    [Fact]
    public async Task RefusesAnAddressWithANul()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence()) writer.WriteCharacterString(UniversalTagNumber.IA5String, "alice@example.org\0.example.net", new Asn1Tag(TagClass.ContextSpecific, 1));
        using var certificate = Certificates.With(new X509Extension("2.5.29.17", writer.Encode(), false));
        using var server = _house.Start("EXTERNAL", SaslHouse.WithCertificate(certificate));
        Assert.Equal(SaslStatus.Refused, (await server.SayAsync("")).Status);
    }

    [Fact]
    public async Task AsksOnce()
    {
        using var certificate = Certificates.For("alice@example.org");
        using var server = _house.Start("EXTERNAL", SaslHouse.WithCertificate(certificate));
        Assert.Equal(SaslStatus.Malformed, (await server.SayAllAsync(null, null)).Status);
    }
}
