namespace Merpati.Smtp.Tests;

public sealed class GreetingTests
{
    private readonly TestServer _server = new();

    [Fact]
    public Task AnswersHeloInOneLine() => _server.PlayFromBannerAsync(
        """
        S: 220 mx.example.org ESMTP Merpati
        C: HELO client.example
        S: 250 mx.example.org
        """ + TestServer.Bye);

    [Theory]
    [InlineData("HELO 195.161.101.33")]
    [InlineData("HELO [195.161.101.33]")]
    [InlineData("helo [IPv6:2001:db8::1]")]
    [InlineData("HeLo  my_pc  ")]
    [InlineData("HELO my pc")]
    [InlineData("HELO $(id)")]
    public Task ToleratesAnyPrintableName(string command) => _server.PlayFromBannerAsync(
        $"""
        S: 220 mx.example.org ESMTP Merpati
        C: {command}
        S: 250 mx.example.org
        C: MAIL FROM:<a@b.example>
        S: 250 2.1.0 Sender ok
        """ + TestServer.Bye);

    [Theory]
    [InlineData(@"HELO\r\n")]
    [InlineData(@"EHLO \r\n")]
    [InlineData(@"HELO \xE9cole.example\r\n")]
    [InlineData(@"EHLO a\0b\r\n")]
    [InlineData(@"EHLO a\x1B[2Jb\r\n")]
    [InlineData(@"EHLO a\rb\r\n")]
    public Task RefusesAMissingOrGarbledName(string octets) => _server.PlayFromBannerAsync(
        $"""
        S: 220 mx.example.org ESMTP Merpati
        c: {octets}
        S: 501 5.5.4 Your host name or address literal expected
        C: MAIL FROM:<a@b.example>
        S: 503 5.5.1 Send HELO or EHLO first
        """ + TestServer.Bye);

    [Fact]
    public async Task RefusesANameLongerThanADomain()
    {
        await using var client = _server.Connect();
        await client.ReadLineAsync();
        await client.SendAsync($"EHLO {new string('a', 256)}\r\n");
        Assert.StartsWith("501 5.5.4 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        await client.SendAsync($"HELO {new string('a', 255)}\r\n");
        Assert.Equal("250 mx.example.org", await client.ReadLineAsync());
    }

    // 64 KB is no line: its octets are dropped as they come, and the session goes on.
    [Theory]
    [InlineData("EHLO")]
    [InlineData("HELO")]
    public async Task RefusesANameOfSixtyFourKilobytes(string verb)
    {
        await using var client = _server.Connect();
        await client.ReadLineAsync();
        await client.SendAsync($"{verb} {new string('a', 65_536)}\r\nMAIL FROM:<>\r\n{verb} x\r\n");
        Assert.Equal("500 5.5.2 Line too long", await client.ReadLineAsync());
        Assert.Equal("503 5.5.1 Send HELO or EHLO first", await client.ReadLineAsync());
        Assert.StartsWith("250", await client.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HELO again.example", "S: 250 mx.example.org\n")]
    [InlineData("EHLO again.example", TestServer.Extensions)]
    public Task DropsTheTransactionWhenGreetedAgain(string command, string replies) => _server.PlayAsync(
        $"""
        C: MAIL FROM:<a@b.example>
        S: 250 2.1.0 Sender ok
        C: RCPT TO:<alice@example.org>
        S: 250 2.1.5 Recipient ok
        C: {command}
        {replies}
        C: DATA
        S: 503 5.5.1 Send MAIL first
        C: MAIL FROM:<>
        S: 250 2.1.0 Sender ok
        """ + TestServer.Bye);

    [Fact]
    public Task KeepsTheTransactionWhenARepeatedGreetingIsRefused() => _server.PlayAsync(
        """
        C: MAIL FROM:<a@b.example>
        S: 250 2.1.0 Sender ok
        C: EHLO
        S: 501 5.5.4 Your host name or address literal expected
        C: RCPT TO:<alice@example.org>
        S: 250 2.1.5 Recipient ok
        """ + TestServer.Bye);

    [Theory]
    [InlineData("HELO client.example", "S: 250 mx.example.org\n", "SMTP")]
    [InlineData("EHLO client.example", TestServer.Extensions, "ESMTP")]
    public Task TellsTheProtocolByTheGreeting(string command, string replies, string protocol) => _server.PlayFromBannerAsync(
        $"""
        S: 220 mx.example.org ESMTP Merpati
        C: {command}
        {replies}
        C: MAIL FROM:<>
        C: RCPT TO:<bob@example.org>
        C: DATA
        S: 250 2.1.0 Sender ok
        S: 250 2.1.5 Recipient ok
        S: 354 *
        C: .
        S: 250 2.0.0 Ok: queued as *
        """ + TestServer.Bye, intake =>
    {
        var message = Assert.Single(intake.Messages);
        Assert.Equal(protocol, message.Envelope.Origin.Protocol);
        Assert.True(message.Envelope.ReversePath.IsNull);
        Assert.Empty(message.Octets);
    });
}
