using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;

namespace Merpati.Smtp.Tests;

public sealed class MailTests
{
    private readonly TestServer _server = new();

    [Theory]
    [InlineData("MAIL FROM:<>", 0)]
    [InlineData("MAIL FROM: <a@b.example>", 0)]
    [InlineData("MAIL FROM:<a@[192.0.2.1]> SIZE=0", 0)]
    [InlineData("MAIL FROM:<@one.example,@two.example:a@b.example>", 0)]
    [InlineData("MAIL FROM:<\"a b>\"@b.example>  size=00000000000000000123  body=8bitmime", 123)]
    [InlineData("MAIL FROM:<a@b.example> BODY=7BIT SIZE=52428800", 52_428_800)]
    public Task TakesASender(string command, long declared) => _server.PlayAsync(
        $"""
        C: {command}
        S: 250 2.1.0 Sender ok
        """ + TestServer.Bye, intake => Assert.Equal([declared], intake.Asked));

    [Theory]
    [InlineData("MAIL")]
    [InlineData("MAIL <a@b.example>")]
    [InlineData("MAIL TO:<a@b.example>")]
    [InlineData("MAIL FROM <a@b.example>")]
    public Task WantsTheKeyword(string command) => Refuses(command, "501 5.5.4 Syntax: MAIL FROM:<address> [parameters]");

    [Theory]
    [InlineData("MAIL FROM:")]
    [InlineData("MAIL FROM:a@b.example")]
    [InlineData("MAIL FROM:<a@b.example")]
    [InlineData("MAIL FROM:<a@b..example>")]
    [InlineData("MAIL FROM:<a@>")]
    [InlineData("MAIL FROM:<a b@c.example>")]
    [InlineData("MAIL FROM:<root>")]
    [InlineData("MAIL FROM:< >")]
    [InlineData("MAIL FROM:<<a@b.example>>")]
    [InlineData("MAIL FROM:<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.example>")]
    public Task RefusesWhatIsNoSender(string command) =>
        Refuses(command, "501 5.1.7 Bad sender address, expected as in MAIL FROM:<alice@example.org>");

    [Theory]
    [InlineData("SIZE")]
    [InlineData("SIZE=")]
    [InlineData("SIZE=-1")]
    [InlineData("SIZE=+1")]
    [InlineData("SIZE=1k")]
    [InlineData("SIZE=1 SIZE=1")]
    [InlineData("SIZE==1")]
    [InlineData("SIZE=000000000000000000001")]
    [InlineData("BODY")]
    [InlineData("BODY=9BIT")]
    [InlineData("BODY=7BIT BODY=7BIT")]
    [InlineData("-X=1")]
    [InlineData("=1")]
    [InlineData("X=a=b")]
    [InlineData("_=1")]
    public Task RefusesAMalformedParameter(string parameters) =>
        Refuses($"MAIL FROM:<a@b.example> {parameters}", "501 5.5.4 Malformed or repeated parameter");

    [Fact]
    public Task RefusesAParameterThatIsGluedToThePath() =>
        Refuses("MAIL FROM:<a@b.example>SIZE=1", "501 5.5.4 Malformed or repeated parameter");

    [Theory]
    [InlineData("NOTIFY=NEVER")]
    [InlineData("ORCPT=rfc822;a@b.example")]
    [InlineData("MT-PRIORITY=3")]
    [InlineData("SIZE=1 X")]
    public Task RefusesAnUnknownParameter(string parameters) =>
        Refuses($"MAIL FROM:<a@b.example> {parameters}", "555 5.5.4 Parameter not recognized");

    [Theory]
    [InlineData("52428801")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551617")]
    [InlineData("99999999999999999999")]
    public Task RefusesASizeOverTheLimit(string size) => _server.PlayAsync(
        $"""
        C: MAIL FROM:<a@b.example> SIZE={size}
        S: 552 5.3.4 Message larger than the limit
        C: RCPT TO:<alice@example.org>
        S: 503 5.5.1 Send MAIL first
        """ + TestServer.Bye, intake => Assert.Empty(intake.Asked));

    [Theory]
    [InlineData(IntakeVerdict.NoSpace, "452 4.3.1 Not enough room on the disk, try again later")]
    [InlineData(IntakeVerdict.TooBig, "552 5.3.4 Message larger than the limit")]
    [InlineData(IntakeVerdict.StoreFailed, "451 4.3.0 The message could not be stored, try again later")]
    public Task PassesOnThatTheIntakeHasNoRoom(IntakeVerdict verdict, string reply) =>
        new TestServer { NewIntake = () => new MemoryIntake { AtMail = verdict } }.PlayAsync(
            $"""
            C: MAIL FROM:<a@b.example> SIZE=1000
            S: {reply}
            C: RCPT TO:<alice@example.org>
            S: 503 5.5.1 Send MAIL first
            """ + TestServer.Bye, intake => Assert.Equal([1000], intake.Asked));

    [Fact]
    public Task UnderstandsParametersAfterHeloToo() => _server.PlayFromBannerAsync(
        """
        S: 220 *
        C: HELO client.example
        S: 250 mx.example.org
        C: MAIL FROM:<a@b.example> SIZE=10 BODY=8BITMIME
        S: 250 2.1.0 Sender ok
        C: RCPT TO:<alice@example.org>
        S: 250 2.1.5 Recipient ok
        C: DATA
        S: 354 *
        C: .
        S: 250 2.0.0 *
        """ + TestServer.Bye, intake => Assert.Equal(BodyType.EightBitMime, Assert.Single(intake.Messages).Envelope.Body));

    [Fact]
    public Task RefusesMailBeforeTheGreetingAndASecondOne() => _server.PlayFromBannerAsync(
        "S: 220 *\nC: MAIL FROM:<a@b.example>\nS: 503 5.5.1 Send HELO or EHLO first\nC: EHLO client.example\n" + TestServer.Extensions +
        """
        C: MAIL FROM:<a@b.example>
        S: 250 2.1.0 Sender ok
        C: MAIL FROM:<c@d.example>
        S: 503 5.5.1 Nested MAIL command
        C: RCPT TO:<alice@example.org>
        S: 250 2.1.5 Recipient ok
        C: MAIL FROM:<c@d.example>
        S: 503 5.5.1 Nested MAIL command
        C: DATA
        S: 354 *
        C: .
        S: 250 2.0.0 *
        """ + TestServer.Bye, intake => Assert.Equal("<a@b.example>", Assert.Single(intake.Messages).Envelope.ReversePath.ToString()));

    private Task Refuses(string command, string reply) => _server.PlayAsync(
        $"""
        C: {command}
        S: {reply}
        C: RCPT TO:<alice@example.org>
        S: 503 5.5.1 Send MAIL first
        """ + TestServer.Bye);
}
