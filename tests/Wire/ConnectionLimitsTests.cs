using System.Net;
using Merpati.Wire.Listening;

namespace Merpati.Wire.Tests;

public sealed class ConnectionLimitsTests
{
    [Fact]
    public void CountsOverall()
    {
        var limits = new ConnectionLimits(overall: 2, perAddress: 2);
        Assert.Equal(Admission.Granted, limits.Enter(IPAddress.Parse("192.0.2.1")));
        Assert.Equal(Admission.Granted, limits.Enter(null));
        Assert.Equal(Admission.ServerFull, limits.Enter(IPAddress.Parse("192.0.2.3")));
        Assert.Equal(2, limits.Count);
        limits.Leave(null);
        Assert.Equal(Admission.Granted, limits.Enter(IPAddress.Parse("192.0.2.3")));
        Assert.Equal(2, limits.Count);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("fe80::1%1", "fe80::2%2", true)]
    public void CountsAnIpv4AddressAndAnIpv6NetworkAsOne(string first, string second, bool one)
    {
        var limits = new ConnectionLimits(overall: 10, perAddress: 1);
        Assert.Equal(Admission.Granted, limits.Enter(IPAddress.Parse(first)));
        Assert.Equal(one ? Admission.AddressFull : Admission.Granted, limits.Enter(IPAddress.Parse(second)));
        limits.Leave(IPAddress.Parse(one ? second : first));
        Assert.Equal(Admission.Granted, limits.Enter(IPAddress.Parse(first)));
    }

    [Fact]
    public void CountsNothingThatItRefused()
    {
        var limits = new ConnectionLimits(overall: 3, perAddress: 1);
        var address = IPAddress.Parse("192.0.2.1");
        Assert.Equal(Admission.Granted, limits.Enter(address));
        for (var i = 0; i < 10; i++) Assert.Equal(Admission.AddressFull, limits.Enter(address));
        Assert.Equal(1, limits.Count);
        limits.Leave(address);
        Assert.Equal(0, limits.Count);
        Assert.Equal(Admission.Granted, limits.Enter(address));
    }

    [Fact]
    public void CountsRightlyFromManyThreads()
    {
        var limits = new ConnectionLimits(overall: 1_000, perAddress: 1_000);
        Parallel.For(0, 8, i =>
        {
            var address = new IPAddress([192, 0, 2, (byte)(i % 3)]);
            for (var turn = 0; turn < 10_000; turn++)
            {
                Assert.Equal(Admission.Granted, limits.Enter(address));
                limits.Leave(address);
            }
        });
        Assert.Equal(0, limits.Count);
    }
}
