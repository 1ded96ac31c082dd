using System.Security.Cryptography.X509Certificates;
using Merpati.Auth.Sasl;

namespace Merpati.Auth.Tests.Sasl;

public sealed class OfferTests : IDisposable
{
    private readonly SaslHouse _house = new();
    private readonly X509Certificate2 _certificate = Certificates.For("alice@example.org");

    public void Dispose()
    {
        _house.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public void OffersNoWeakMechanismByDefault()
    {
        var server = _house.With(new SaslServerOptions(), null);
        Assert.Equal(["SCRAM-SHA-256"], server.Mechanisms(SaslHouse.Clear));
        Assert.Equal(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"], server.Mechanisms(SaslHouse.Secure));
        foreach (var name in (string[])["CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"]) Assert.Null(server.Start(name, SaslHouse.Secure));
    }

    [Fact]
    public void OffersTheStrongestFirst() => Assert.Equal(
        ["EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "PLAIN", "LOGIN"],
        _house.Server.Mechanisms(SaslHouse.WithCertificate(_certificate)));

    [Fact]
    public void OffersEachLegacyMechanismByItself()
    {
        foreach (var name in SaslHouse.AllLegacy)
        {
            var server = _house.With(_house.Options with { LegacyMechanisms = new HashSet<string> { name } }, null);
            Assert.Equal(["SCRAM-SHA-256", name], server.Mechanisms(SaslHouse.Clear));
        }
    }

    [Fact]
    public void TakesPlainPasswordsOnlyWhereTheContextSaysSo()
    {
        var hidden = SaslHouse.Secure with { TakesPlainPasswords = false };
        Assert.Null(_house.Server.Start("PLAIN", hidden));
        Assert.Null(_house.Server.Start("LOGIN", hidden));
        Assert.DoesNotContain("PLAIN", _house.Server.Mechanisms(hidden));
        Assert.Contains("PLAIN", _house.Server.Mechanisms(SaslHouse.Clear with { TakesPlainPasswords = true }));
    }

    [Fact]
    public void BindsOnlyWhereThereIsABinding()
    {
        var unbound = SaslHouse.Secure with { Channel = new SecureChannel(default, default, null) };
        Assert.Null(_house.Server.Start("SCRAM-SHA-256-PLUS", unbound));
        Assert.Null(_house.Server.Start("SCRAM-SHA-256-PLUS", SaslHouse.Clear));
        Assert.Equal(["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "PLAIN", "LOGIN"], _house.Server.Mechanisms(unbound));
        Assert.Contains("SCRAM-SHA-256-PLUS", _house.Server.Mechanisms(unbound with { Channel = new SecureChannel(new byte[32], default, null) }));
        Assert.Contains("SCRAM-SHA-256-PLUS", _house.Server.Mechanisms(unbound with { Channel = new SecureChannel(default, new byte[32], null) }));
    }

    [Fact]
    public void StartsExactlyWhatItOffers()
    {
        foreach (var context in (SaslContext[])[SaslHouse.Clear, SaslHouse.Secure, SaslHouse.WithCertificate(_certificate)])
        {
            var offered = _house.Server.Mechanisms(context);
            foreach (var name in _house.Server.Mechanisms(SaslHouse.WithCertificate(_certificate)))
            {
                using var exchange = _house.Server.Start(name.ToLowerInvariant(), context);
                Assert.Equal(offered.Contains(name), exchange is not null);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("SCRAM")]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("PLAIN ")]
    [InlineData("PLA\u0130N")]
    [InlineData("ANONYMOUS")]
    public void StartsNothingItDoesNotKnow(string name) => Assert.Null(_house.Server.Start(name, SaslHouse.Secure));

    [Fact]
    public void RefusesOptionsThatCannotWork()
    {
        Assert.Throws<ArgumentException>(() => new SaslServerOptions { LegacyMechanisms = new HashSet<string> { "PLAIN" } });
        Assert.Throws<ArgumentException>(() => new SaslServerOptions { SaltKey = new byte[31] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SaslServerOptions { Iterations = 4095 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SaslServerOptions { Iterations = 10_000_001 });
        Assert.Throws<ArgumentException>(() => _house.With(_house.Options with { Sealer = null }, null));
    }
}
