using System.Globalization;
using Merpati.Smtp.Server;

namespace Merpati.Smtp.Tests;

public sealed class RcptTests
{
    private const string Mail = "C: MAIL FROM:<a@b.example>\nS: 250 2.1.0 Sender ok\n";

    private readonly TestServer _server = new();

    [Theory]
    [InlineData("alice@example.org")]
    [InlineData("ALICE@Example.ORG")]
    [InlineData("@relay.example:alice@example.org")]
    [InlineData("\"alice\"@example.org")]
    [InlineData("postmaster")]
    [InlineData("PostMaster")]
    [InlineData("PostMaster@example.org")]
    public Task TakesALocalRecipient(string path) => _server.PlayAsync(
        Mail + $"""
        C: RCPT TO:<{path}>
        S: 250 2.1.5 Recipient ok
        C: RCPT TO: <{path}>
        S: 250 2.1.5 Recipient ok
        """ + TestServer.Bye);

    [Theory]
    [InlineData("nobody@example.org", "550 5.1.1 <nobody@example.org>... No such user here")]
    [InlineData("NoBody@EXAMPLE.org", "550 5.1.1 <NoBody@example.org>... No such user here")]
    [InlineData("nobody", "550 5.1.1 <nobody>... No such user here")]
    [InlineData("carol@example.org", "550 5.2.1 <carol@example.org>... This mailbox takes no mail")]
    [InlineData("alice@elsewhere.example", "550 5.7.1 <alice@elsewhere.example>... Relaying denied")]
    [InlineData("@example.org:alice@elsewhere.example", "550 5.7.1 <alice@elsewhere.example>... Relaying denied")]
    [InlineData("alice%elsewhere.example@example.org", "550 5.1.1 <alice%elsewhere.example@example.org>... No such user here")]
    [InlineData("|/bin/sh@example.org", "550 5.1.1 <|/bin/sh@example.org>... No such user here")]
    [InlineData("${run{/bin/id}}@example.org", "550 5.1.1 <${run{/bin/id}}@example.org>... No such user here")]
    [InlineData("dave@example.org", "451 4.3.0 <dave@example.org>... The directory does not answer, try again later")]
    public Task RefusesOneRecipientAndGoesOnForTheOthers(string path, string reply) => _server.PlayAsync(
        Mail + $"""
        C: RCPT TO:<alice@example.org>
        C: RCPT TO:<{path}>
        C: RCPT TO:<bob@example.org>
        C: DATA
        S: 250 2.1.5 Recipient ok
        S: {reply}
        S: 250 2.1.5 Recipient ok
        S: 354 *
        C: .
        S: 250 2.0.0 *
        """ + TestServer.Bye, intake => Assert.Equal("alice@example.org bob@example.org", Assert.Single(intake.Messages).Recipients));

    [Theory]
    [InlineData("RCPT", "501 5.5.4 Syntax: RCPT TO:<address> [parameters]")]
    [InlineData("RCPT FROM:<alice@example.org>", "501 5.5.4 Syntax: RCPT TO:<address> [parameters]")]
    [InlineData("RCPT TO:", "501 5.1.3 Bad recipient address, expected as in RCPT TO:<bob@example.org>")]
    [InlineData("RCPT TO:<>", "501 5.1.3 Bad recipient address, expected as in RCPT TO:<bob@example.org>")]
    [InlineData("RCPT TO:alice@example.org", "501 5.1.3 Bad recipient address, expected as in RCPT TO:<bob@example.org>")]
    [InlineData("RCPT TO:<alice@exa mple.org>", "501 5.1.3 Bad recipient address, expected as in RCPT TO:<bob@example.org>")]
    [InlineData("RCPT TO:<alice@example.org>x", "501 5.5.4 Malformed or repeated parameter")]
    [InlineData("RCPT TO:<alice@example.org> =", "501 5.5.4 Malformed or repeated parameter")]
    [InlineData("RCPT TO:<alice@example.org> RET=HDRS", "555 5.5.4 Parameter not recognized")]
    [InlineData("RCPT TO:<alice@example.org> SIZE=1", "555 5.5.4 Parameter not recognized")]
    public Task RefusesAMalformedRecipient(string command, string reply) => _server.PlayAsync(
        Mail + $"""
        C: {command}
        S: {reply}
        C: DATA
        S: 554 5.5.1 No valid recipients
        """ + TestServer.Bye);

    [Fact]
    public Task WantsMailFirst() => _server.PlayFromBannerAsync(
        "S: 220 *\nC: RCPT TO:<alice@example.org>\nS: 503 5.5.1 Send HELO or EHLO first\nC: EHLO client.example\n" + TestServer.Extensions +
        """
        C: RCPT TO:<alice@example.org>
        S: 503 5.5.1 Send MAIL first
        C: MAIL FROM:<>
        S: 250 2.1.0 Sender ok
        C: RSET
        S: 250 2.0.0 Ok
        C: RCPT TO:<alice@example.org>
        S: 503 5.5.1 Send MAIL first
        """ + TestServer.Bye);

    [Fact]
    public Task NamesARecipientOnceInTheEnvelope() => _server.PlayAsync(
        Mail + """
        C: RCPT TO:<alice@example.org>
        C: RCPT TO:<alice@EXAMPLE.ORG>
        C: RCPT TO:<bob@example.org>
        C: RCPT TO:<"alice"@example.org>
        C: DATA
        S: 250 2.1.5 Recipient ok
        S: 250 2.1.5 Recipient ok
        S: 250 2.1.5 Recipient ok
        S: 250 2.1.5 Recipient ok
        S: 354 *
        C: .
        S: 250 2.0.0 *
        """ + TestServer.Bye, intake => Assert.Equal("alice@example.org bob@example.org", Assert.Single(intake.Messages).Recipients));

    [Fact]
    public async Task TakesAThousandRecipientsAndPutsOffTheRest()
    {
        await using var client = _server.Connect();
        await client.SendAsync("HELO client.example\r\nMAIL FROM:<>\r\n");
        for (var i = 0; i < 3; i++) await client.ReadLineAsync();
        for (var i = 0; i < 1100; i++)
        {
            await client.SendAsync($"RCPT TO:<user{i}@example.org>\r\n");
            Assert.Equal(
                i < 1000 ? "250 2.1.5 Recipient ok" : "452 4.5.3 Too many recipients, send the rest in another transaction", await client.ReadLineAsync());
        }

        await client.SendAsync("DATA\r\n");
        Assert.StartsWith("354 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        await client.SendAsync(".\r\n");
        Assert.StartsWith("250 2.0.0 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(1000, Assert.Single(_server.Intake.Messages).Envelope.Recipients.Count);
    }

    // A million would be no different: past ten times the limit the session ends. Nothing is kept of those that were put off, or said twice.
    [Theory]
    [InlineData("RCPT TO:<user{0}@example.org>", 100)]
    [InlineData("RCPT TO:<alice@example.org>", 1)]
    public async Task EndsTheSessionOfOneWhoNamesRecipientsForEver(string command, int kept)
    {
        var server = new TestServer { Options = new SmtpServiceOptions { HostName = "mx.example.org", MaxRecipients = 100 } };
        await using var client = server.Connect();
        await client.SendAsync("HELO x\r\nMAIL FROM:<>\r\n");
        for (var i = 0; i < 3; i++) await client.ReadLineAsync();
        for (var i = 0; i < 1000; i++)
        {
            await client.SendAsync(string.Format(CultureInfo.InvariantCulture, command + "\r\n", i));
            Assert.StartsWith(kept == 100 && i >= 100 ? "452 4.5.3 " : "250 2.1.5 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(kept == 100 ? 100 : 1000, server.Directory.Questions.Count);
        await client.SendAsync("RCPT TO:<alice@example.org>\r\nNOOP\r\n");
        await client.HangUpAsync();
        Assert.Equal("421 4.7.0 Too many commands without a message", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());
    }
}
