using Merpati.Delivery.Routing;
using Merpati.Host.Configuration;

namespace Merpati.Host.Tests;

/// <summary>How routes are written in the configuration.</summary>
public sealed class RouteTextTests
{
    [Fact]
    public void ReadsAHostWithItsWords()
    {
        Assert.True(RouteText.TryParse("MX.example.net:25 tls=verified lmtp implicit private fallback=10.0.0.1:2525", null, out var route));
        Assert.Equal(new RelayHost("MX.example.net", 25), route!.Host);
        Assert.Equal(new RelayHost("10.0.0.1", 2525), route.Fallback);
        Assert.Equal((TlsPolicy.Verified, true, true, true), (route.Tls, route.IsLmtp, route.IsImplicitTls, route.AllowsPrivate));
        Assert.Equal("mx.example.net:25", route.Name);
    }

    [Fact]
    public void ReadsThePasswordFromTheFirstLineOfItsFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["secret"], "s3cret word\nsecond line\n");
        Assert.True(RouteText.TryParse("smtp.example.net:587 user=us password-file=secret", folder.Path, out var route));
        Assert.Equal(("us", "s3cret word"), (route!.Credentials!.User, route.Credentials.Password));
        Assert.DoesNotContain("s3cret", route.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsThatDnsIsAsked()
    {
        Assert.True(RouteText.TryParse("dns tls=required", null, out var route));
        Assert.Null(route!.Host);
        Assert.Equal(TlsPolicy.Required, route.Tls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mx.example.net")]
    [InlineData(":25")]
    [InlineData("mx.example.net:0")]
    [InlineData("mx.example.net:65536")]
    [InlineData("mx.example.net:25 tls=maybe")]
    [InlineData("mx.example.net:25 tls")]
    [InlineData("mx.example.net:25 lmtp=yes")]
    [InlineData("mx.example.net:25 fallback=other")]
    [InlineData("mx.example.net:25 user=us")]
    [InlineData("mx.example.net:25 password-file=secret")]
    [InlineData("mx.example.net:25 soon")]
    public void RefusesWhatIsNoRoute(string text) => Assert.False(RouteText.TryParse(text, null, out _));

    [Theory]
    [InlineData("Delivery:Routes:example.net", true)]
    [InlineData("delivery:routes:.Example.net", true)]
    [InlineData("Delivery:Routes:", false)]
    [InlineData("Delivery:Routes:a b", false)]
    [InlineData("Delivery:Routes:example.net:Port", false)]
    [InlineData("Delivery:Route:example.net", false)]
    public void KnowsTheKeysOfItsFamily(string key, bool known) => Assert.Equal(known, DeliverySettings.Routes.Names(key));
}
