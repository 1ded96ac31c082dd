using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Tests;

/// <summary>SMTPUTF8 (RFC 6531). In the dialogues é is \xC3\xA9, and пётр is \xD0\xBF\xD1\x91\xD1\x82\xD1\x80.</summary>
public sealed class Utf8Tests
{
    private const string Petr = @"\xD0\xBF\xD1\x91\xD1\x82\xD1\x80";
    private const string PetrRead = "Ð¿Ñ\u0091Ñ\u0082Ñ\u0080"; // as the transcript reads it, an octet a character
    private const string Needs = "553 5.6.7 An address beyond ASCII needs the parameter SMTPUTF8 of MAIL";

    private readonly TestServer _server = new();

    [Fact]
    public Task TakesAMessageOfPeopleBeyondAscii() => _server.PlayAsync(
        $"""
        c: MAIL FROM:<{Petr}@b.example> SMTPUTF8 BODY=8BITMIME\r\n
        S: 250 2.1.0 Sender ok
        c: RCPT TO:<{Petr}@example.org> ORCPT=utf-8;{Petr}@example.org\r\n
        S: 250 2.1.5 Recipient ok
        C: RCPT TO:<alice@example.org>
        S: 250 2.1.5 Recipient ok
        C: DATA
        S: 354 *
        c: Subject: {Petr}\r\n\r\n.\r\n
        S: 250 2.0.0 *
        """ + TestServer.Bye, intake =>
    {
        var message = Assert.Single(intake.Messages);
        Assert.True(message.Envelope.IsInternationalized);
        Assert.Equal("<пётр@b.example>", message.Envelope.ReversePath.ToString());
        Assert.Equal("пётр@example.org alice@example.org", message.Recipients);
        Assert.Equal(new OriginalRecipient("utf-8", "пётр@example.org"), message.Envelope.Recipients[0].Notices?.Original);
        Assert.Equal("UTF8SMTP", message.Envelope.Origin.Protocol);
    });

    [Fact]
    public Task NamesAnAddressBeyondAsciiToThoseWhoCanReadIt() => _server.PlayAsync(
        $"c: MAIL FROM:<> SMTPUTF8\\r\\nRCPT TO:<nobody-{Petr}@EXAMPLE.org>\\r\\nRCPT TO:<moved8@example.org>\\r\\nRCPT TO:<forwarded8@example.org>\\r\\n\n" +
        $"S: 250 2.1.0 *\nS: 550 5.1.1 <nobody-{PetrRead}@example.org>... No such user here\n" +
        $"S: 551 5.1.6 User not local; please try <{PetrRead}@new.example>\nS: 251 2.1.5 User not local; will forward to <{PetrRead}@new.example>" + TestServer.Bye);

    [Theory]
    [InlineData(@"<\xC3\xA9@b.example>")]
    [InlineData(@"<""\xC3\xA9""@b.example>")]
    [InlineData(@"<a@b\xC3\xBCro.example>")]
    [InlineData(@"<@b\xC3\xBCro.example:a@b.example>")]
    [InlineData(@"<\xC3\xA9@b.example> SIZE=1 BODY=8BITMIME")]
    public Task RefusesASenderBeyondAsciiWithoutTheParameter(string path) => _server.PlayAsync(
        $"c: MAIL FROM:{path}\\r\\n\nS: {Needs}\nC: MAIL FROM:<a@b.example>\nS: 250 2.1.0 *" + TestServer.Bye);

    [Theory]
    [InlineData(@"<\xC3\xA9@example.org>")]
    [InlineData(@"<alice@b\xC3\xBCro.example>")]
    [InlineData(@"<\xC3\xA9>")]
    public Task RefusesARecipientBeyondAsciiWithoutTheParameter(string path) => _server.PlayAsync(
        $"C: MAIL FROM:<a@b.example>\nS: 250 2.1.0 *\nc: RCPT TO:{path}\\r\\n\nS: {Needs}\nC: RCPT TO:<alice@example.org>\nS: 250 2.1.5 *" + TestServer.Bye,
        _ => Assert.Single(_server.Directory.Questions));

    [Theory]
    [InlineData(@"MAIL FROM:<\xFF@b.example> SMTPUTF8", "501 5.1.7 *")]
    [InlineData(@"MAIL FROM:<\xE9@b.example>", "501 5.1.7 *")]
    [InlineData(@"MAIL FROM:<\xC0\xAF@b.example> SMTPUTF8", "501 5.1.7 *")]
    [InlineData(@"MAIL FROM:<\xED\xA0\x80@b.example> SMTPUTF8", "501 5.1.7 *")]
    [InlineData(@"MAIL FROM:<\xC2\x85@b.example> SMTPUTF8", "501 5.1.7 *")]
    [InlineData(@"MAIL FROM:<\xE2\x80\xAE@b.example> SMTPUTF8", "501 5.1.7 *")]
    [InlineData(@"MAIL FROM:<a@b.example> SMTPUTF8 ENVID=\xC3\xA9", "501 5.5.4 *")]
    [InlineData(@"MAIL FROM:<a@b.example> SMTPUTF8 AUTH=\xC3\xA9@b.example", "501 5.5.4 *")]
    [InlineData(@"MAIL FROM:<a@b.example> SMTPUTF8 R\xC3\x89T=FULL", "501 5.5.4 *")]
    [InlineData(@"MAIL\xC2\xA0FROM:<a@b.example> SMTPUTF8", "500 5.5.2 *")]
    public Task RefusesWhatIsNoUtf8OrNoPlaceForIt(string command, string reply) => _server.PlayAsync(
        $"c: {command}\\r\\n\nS: {reply}\nC: RCPT TO:<alice@example.org>\nS: 503 5.5.1 Send MAIL first" + TestServer.Bye);

    [Theory]
    [InlineData(@"RCPT TO:<\xFF@example.org>", "501 5.1.3 *")]
    [InlineData(@"RCPT TO:<alice@example.org> ORCPT=utf-8;\xFF", "501 5.5.4 *")]
    [InlineData(@"RCPT TO:<alice@example.org> ORCPT=utf-8;\xC2\x85", "501 5.5.4 *")]
    [InlineData(@"RCPT TO:<alice@example.org> ORCPT=rfc822;\xC3\xA9@b.example", "501 5.5.4 *")]
    [InlineData(@"RCPT TO:<alice@example.org> NOTIFY=\xC3\xA9", "501 5.5.4 *")]
    public Task RefusesARecipientThatIsNoUtf8(string command, string reply) => _server.PlayAsync(
        $"C: MAIL FROM:<> SMTPUTF8\nS: 250 2.1.0 *\nc: {command}\\r\\n\nS: {reply}" + TestServer.Bye, _ => Assert.Empty(_server.Directory.Questions));

    [Fact]
    public Task RefusesAnOriginalRecipientInUtf8WithoutTheParameter() => _server.PlayAsync(
        """
        C: MAIL FROM:<>
        S: 250 2.1.0 *
        c: RCPT TO:<alice@example.org> ORCPT=utf-8;\xC3\xA9@example.org\r\n
        S: 501 5.5.4 *
        c: RCPT TO:<alice@example.org> ORCPT=UTF-8;\\x{E9}\\x{1F600}\\x{2B}\\x{20}x@example.org\r\n
        S: 250 2.1.5 *
        """ + TestServer.Bye, _ => Assert.Equal(
            new OriginalRecipient("UTF-8", "é😀+ x@example.org"), Assert.Single(_server.Directory.Questions).Notices?.Original));

    // The domain is one: with the parameter in Unicode, without it in A-labels.
    [Theory]
    [InlineData(@"MAIL FROM:<a@b\xC3\xBCro.example> SMTPUTF8")]
    [InlineData(@"MAIL FROM:<a@B\xC3\x9CRO.example> SMTPUTF8")]
    [InlineData("MAIL FROM:<a@xn--bro-hoa.example>")]
    public Task KnowsADomainByItsALabels(string command) => _server.PlayAsync(
        $"c: {command}\\r\\nRCPT TO:<alice@example.org>\\r\\n\nS: 250 2.1.0 *\nS: 250 2.1.5 *" + TestServer.Bye,
        _ => Assert.Equal("<a@xn--bro-hoa.example>", Assert.Single(_server.Directory.Questions).ReversePath.ToString()));

    // RFC 6531 speaks of the envelope; what the text holds goes through as it is.
    [Fact]
    public Task TakesAHeaderBeyondAsciiWithoutTheParameter() => _server.PlayAsync(
        """
        C: MAIL FROM:<a@b.example>
        C: RCPT TO:<alice@example.org>
        C: DATA
        S: 250 *
        S: 250 *
        S: 354 *
        c: Subject: \xC3\xA9 \xFF\r\n.\r\n
        S: 250 2.0.0 *
        """ + TestServer.Bye, intake => Assert.Equal("Subject: Ã© ÿ\r\n", Assert.Single(intake.Messages).Text));

    [Fact]
    public void SaysNothingInUtf8ToThoseWhoDidNotAsk()
    {
        Assert.True(MailPath.Parse("<é@b.example>"u8, allowUtf8: true, out var path) > 0);
        Assert.Equal("550 ?@b.example\r\n", SmtpReply.Create(550, null, path.ToAddressText()).ToString());
        Assert.Equal("550 é@b.example\r\n", SmtpReply.Create(550, null, takesUtf8: true, path.ToAddressText()).ToString());
        Assert.Equal("550 a?b?c\r\n", SmtpReply.Create(550, null, takesUtf8: true, "a\u0085b\u202Ec").ToString());
    }

    [Fact]
    public void CutsAReplyInUtf8BetweenCharacters()
    {
        var line = SmtpReply.Create(550, null, takesUtf8: true, "x" + new string('é', 1000));
        Assert.Equal(511, line.Octets.Length);
        Assert.EndsWith("é\r\n", line.ToString(), StringComparison.Ordinal);
    }
}
