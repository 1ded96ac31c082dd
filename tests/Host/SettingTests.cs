using System.Net;
using Merpati.Host.Configuration;

namespace Merpati.Host.Tests;

/// <summary>How values of the configuration are read.</summary>
public sealed class SettingTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", 53)]
    [InlineData("127.0.0.1:5353", "127.0.0.1", 5353)]
    [InlineData("::1", "::1", 53)]
    [InlineData("[::1]", "::1", 53)]
    [InlineData("[::1]:5353", "::1", 5353)]
    public void ServersHaveAPortOrTheUsualOne(string text, string address, int port) =>
        Assert.Equal([new IPEndPoint(IPAddress.Parse(address), port)], DeliverySettings.DnsServers.Parse(text).Value);

    [Theory]
    [InlineData("localhost")]
    [InlineData("[::1]:0")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("127.0.0.1, ?")]
    public void WhatIsNoServerIsRefused(string text) => Assert.False(DeliverySettings.DnsServers.Allows(text));
}
