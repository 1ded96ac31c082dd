using System.Net;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Dns.Tests;

public sealed class NameTests
{
    private static readonly string Label = new('x', 63);

    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("Example.ORG.", "example.org")]
    [InlineData("_25._tcp.mx.example.org", "_25._tcp.mx.example.org")]
    [InlineData("x", "x")]
    [InlineData(".", ".")]
    public void ReadsNames(string text, string canonical)
    {
        Assert.True(DnsName.TryParse(text, out var name));
        Assert.Equal(canonical, name.ToString());
        Assert.Equal(name, Scene.Name(canonical));
        Assert.Equal(name.GetHashCode(), Scene.Name(canonical).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".example")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("a\r\nb")]
    [InlineData("a\0")]
    [InlineData("é.example")]
    [InlineData(@"a\.b")]
    public void RefusesWhatIsNoName(string text) => Assert.False(DnsName.TryParse(text, out _));

    [Fact]
    public void KeepsTheLimitsOfNames()
    {
        Assert.True(DnsName.TryParse(Label + ".example", out _));
        Assert.False(DnsName.TryParse(Label + "x.example", out _));
        var longest = $"{Label}.{Label}.{Label}.{Label[..61]}";
        Assert.True(DnsName.TryParse(longest, out var name));
        Assert.Equal(255, name.Wire.Length);
        Assert.True(DnsName.TryParse(longest + ".", out _));
        Assert.False(DnsName.TryParse(longest + "x", out _));
    }

    [Theory]
    [InlineData("192.0.2.17", "17.2.0.192.in-addr.arpa")]
    [InlineData("::ffff:192.0.2.17", "17.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void NamesAddresses(string address, string name) => Assert.Equal(name, DnsName.Reverse(IPAddress.Parse(address)).ToString());

    [Fact]
    public void TurnsDomainsIntoNamesAndBack()
    {
        Assert.True(Domain.TryParse("Example.org", out var domain));
        Assert.True(DnsName.TryFrom(domain, out var name));
        Assert.True(name.TryGetDomain(out var back));
        Assert.Equal(domain, back);
        Assert.False(DnsName.Root.TryGetDomain(out _));
        Assert.True(Domain.TryParse("[192.0.2.1]"u8, out var literal));
        Assert.False(DnsName.TryFrom(literal, out _));
        Assert.True(Domain.TryParse(Encoding.ASCII.GetBytes($"{Label}.{Label}.{Label}.{Label}"), out var tooLong));
        Assert.False(DnsName.TryFrom(tooLong, out _));
    }
}
