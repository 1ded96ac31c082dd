using Merpati.Smtp.Server;

namespace Merpati.Smtp.Tests;

/// <summary>ETRN (RFC 1985), ATRN (RFC 2645) and TURN (RFC 821 §3.8): mail that is sent when its owner asks for it.</summary>
public sealed class OnDemandTests
{
    private const string LoggedIn = "\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 235 2.7.0 Authenticated\n";

    [Theory]
    [InlineData("example.com", "251 2.0.0 OK, no messages waiting for node example.com")]
    [InlineData("branch.example", "253 2.0.0 OK, 3 pending messages for node branch.example started")]
    [InlineData("BRANCH.Example", "253 2.0.0 OK, 3 pending messages for node branch.example started")]
    [InlineData("@branch.example", "253 2.0.0 OK, 5 pending messages for node branch.example started")]
    [InlineData("#branch.example", "253 2.0.0 OK, 3 pending messages for node branch.example started")]
    [InlineData("broken.example", "458 4.3.0 Unable to queue messages for node broken.example")]
    [InlineData("", "501 5.5.4 Syntax: ETRN domain, @domain or #queue")]
    [InlineData("@", "501 5.5.4 Syntax: ETRN domain, @domain or #queue")]
    [InlineData("<script>", "501 5.5.4 Syntax: ETRN domain, @domain or #queue")]
    [InlineData("example.com example.net", "501 5.5.4 Syntax: ETRN domain, @domain or #queue")]
    public Task StartsTheQueueOfANode(string node, string reply) => Server(SmtpAudience.Everyone).PlayFromBannerAsync(
        $"""
        S: 220 mx.example.org ESMTP Merpati
        C: ETRN {node}
        S: 503 5.5.1 Send HELO or EHLO first
        C: HELO x
        S: 250 mx.example.org
        C: ETRN {node}
        S: {reply}
        C: MAIL FROM:<>
        S: 250 2.1.0 Sender ok
        C: ETRN {node}
        S: 503 5.5.1 Not inside a transaction, finish it or send RSET
        """ + TestServer.Bye);

    [Fact]
    public Task AStrangerStartsNothing() => Server(SmtpAudience.Trusted).PlayFromBannerAsync(
        """
        S: 220 mx.example.org ESMTP Merpati
        C: HELO x
        S: 250 mx.example.org
        C: ETRN branch.example
        S: 459 4.7.1 Not allowed to start a queue run branch.example
        """ + TestServer.Bye);

    [Fact]
    public Task AnOwnerStartsHisOwnAndNoOther() => Server(SmtpAudience.Nobody).PlayFromBannerAsync(Hello +
        LoggedIn +
        """
        C: ETRN branch.example
        S: 253 2.0.0 OK, 3 pending messages for node branch.example started
        C: ETRN @branch.example
        S: 459 4.7.1 Not allowed to start a queue run branch.example
        C: ETRN example.com
        S: 459 4.7.1 Not allowed to start a queue run example.com
        """ + TestServer.Bye);

    [Fact]
    public async Task EhloOffersWhatMayBeUsed()
    {
        await using var stranger = Server(SmtpAudience.Trusted).Connect();
        var offered = await AuthTests.EhloAsync(stranger);
        Assert.DoesNotContain("ETRN", offered);
        Assert.Contains("ATRN", offered);
        await using var everyone = Server(SmtpAudience.Everyone).Connect();
        Assert.Contains("ETRN", await AuthTests.EhloAsync(everyone));
        await using var nobody = Server(SmtpAudience.Nobody, hasOwners: false).Connect();
        Assert.DoesNotContain(await AuthTests.EhloAsync(nobody), line => line is "ETRN" or "ATRN");
    }

    [Theory]
    [InlineData("ATRN", "branch.example+broken.example+quiet.example")]
    [InlineData("ATRN branch.example", "branch.example")]
    [InlineData("ATRN quiet.example,Branch.Example", "quiet.example+branch.example")]
    [InlineData("TURN", "branch.example+broken.example+quiet.example")]
    [InlineData("turn", "branch.example+broken.example+quiet.example")]
    public Task TheRolesAreReversedForAnOwner(string command, string asked) => Server(SmtpAudience.Nobody).PlayFromBannerAsync(Hello +
        LoggedIn +
        $"""
        C: {command}
        S: 250 2.0.0 OK now reversing the connection
        C: 220 branch.example ready
        S: EHLO mx.example.org
        C: 250 branch.example
        S: VRFY {asked}
        C: 252 perhaps
        S: QUIT
        C: 221 bye
        S: [closed]
        """);

    [Fact]
    public Task AHostThatDoesNotGreetGetsNothing() => Server(SmtpAudience.Nobody).PlayFromBannerAsync(Hello +
        LoggedIn +
        """
        C: ATRN
        S: 250 2.0.0 OK now reversing the connection
        C: 554 branch.example wants nothing
        S: QUIT
        C: 221 bye
        S: [closed]
        """);

    [Theory]
    [InlineData("ATRN example.com", "450 4.7.1 ATRN request refused")]
    [InlineData("ATRN branch.example,example.com", "450 4.7.1 ATRN request refused")]
    [InlineData("ATRN quiet.example", "453 4.0.0 You have no mail")]
    [InlineData("ATRN broken.example", "451 4.3.0 Unable to process ATRN request now")]
    [InlineData("ATRN ,", "501 5.5.4 Syntax: ATRN [domain,...]")]
    [InlineData("ATRN branch.example,", "501 5.5.4 Syntax: ATRN [domain,...]")]
    [InlineData("ATRN <branch.example>", "501 5.5.4 Syntax: ATRN [domain,...]")]
    [InlineData("TURN now", "501 5.5.4 This command takes no argument")]
    public Task AnOwnerIsToldWhyNot(string command, string reply) => Server(SmtpAudience.Nobody).PlayFromBannerAsync(Hello +
        LoggedIn + $"C: {command}\nS: {reply}" + TestServer.Bye);

    [Theory]
    [InlineData("ATRN", "530 5.7.0 Authentication required")]
    [InlineData("ATRN branch.example", "530 5.7.0 Authentication required")]
    [InlineData("TURN", "502 5.5.1 Command not implemented")]
    public Task NobodyElseIsGivenIt(string command, string reply) => Server(SmtpAudience.Everyone).PlayFromBannerAsync(
        $"S: 220 mx.example.org ESMTP Merpati\nC: HELO x\nS: 250 mx.example.org\nC: {command}\nS: {reply}" + TestServer.Bye);

    [Theory]
    [InlineData("ATRN")]
    [InlineData("TURN")]
    public Task WithoutOwnersThereIsNoReversal(string command) => Server(SmtpAudience.Everyone, hasOwners: false).PlayFromBannerAsync(Hello +
        LoggedIn + $"C: {command}\nS: 502 5.5.1 Command not implemented" + TestServer.Bye);

    [Fact]
    public Task TheRolesAreNotReversedInATransaction() => Server(SmtpAudience.Nobody).PlayFromBannerAsync(Hello +
        LoggedIn +
        """
        C: MAIL FROM:<alice@example.org>
        S: 250 2.1.0 Sender ok
        C: ATRN
        S: 503 5.5.1 Not inside a transaction, finish it or send RSET
        C: TURN
        S: 503 5.5.1 Not inside a transaction, finish it or send RSET
        """ + TestServer.Bye);

    [Theory]
    [InlineData("ATRN")]
    [InlineData("TURN")]
    public async Task WhatIsSentBehindItIsNeverTakenForTheGreeting(string command)
    {
        await using var client = Server(SmtpAudience.Nobody).Connect();
        await AuthTests.EhloAsync(client);
        await client.SendAsync("AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n");
        Assert.StartsWith("235", await client.ReadLineAsync(), StringComparison.Ordinal);
        await client.SendAsync($"{command}\r\n220 branch.example\r\n");
        Assert.Equal("421 4.7.0 You do not wait for your turn", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());
    }

    private const string Hello = "S: 220 mx.example.org ESMTP Merpati\nC: HELO x\nS: 250 mx.example.org";

    private static TestServer Server(SmtpAudience etrn, bool hasOwners = true) => new()
    {
        Options = new SmtpServiceOptions { HostName = "mx.example.org", Etrn = etrn, RequireTls = Auth.TlsRequirement.Never },
        NewPartners = partners => partners with { Sasl = new MemorySasl(), OnDemand = new MemoryOnDemand { HasOwners = hasOwners } },
    };
}
