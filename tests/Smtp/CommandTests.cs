namespace Merpati.Smtp.Tests;

public sealed class CommandTests
{
    private readonly TestServer _server = new();

    [Fact]
    public Task TakesCommandsInAnyCaseWithSpacesAtTheEnd() => _server.PlayAsync(
        """
        c: mail from:<a@b.example>\t \r\n
        S: 250 2.1.0 Sender ok
        C: Rcpt To:<Alice@EXAMPLE.org>  
        S: 250 2.1.5 Recipient ok
        C: rset 
        S: 250 2.0.0 Ok
        C: nOOP with whatever
        S: 250 2.0.0 Ok
        """ + TestServer.Bye);

    [Fact]
    public Task TakesLinesThatEndInLfAlone() => _server.PlayAsync(
        """
        c: NOOP\nRSET\n
        S: 250 2.0.0 Ok
        S: 250 2.0.0 Ok
        """ + TestServer.Bye);

    [Theory]
    [InlineData("DATA now")]
    [InlineData("RSET all")]
    [InlineData("QUIT please")]
    public Task RefusesAnArgumentWhereNoneBelongs(string command) => _server.PlayAsync(
        $"""
        C: {command}
        S: 501 5.5.4 This command takes no argument
        """ + TestServer.Bye);

    [Theory]
    [InlineData("EXPN staff")]
    [InlineData("SEND FROM:<a@b.example>")]
    [InlineData("SOML FROM:<a@b.example>")]
    [InlineData("SAML FROM:<a@b.example>")]
    [InlineData("TURN")]
    [InlineData("ETRN example.org")]
    [InlineData("STARTTLS")]
    [InlineData("AUTH PLAIN AGEAYg==")]
    public Task SaysWhatIsNotImplemented(string command) => _server.PlayAsync(
        $"""
        C: {command}
        S: 502 5.5.1 Command not implemented
        """ + TestServer.Bye);

    [Theory]
    [InlineData(@"HELLO 195.161.101.33\r\n", "Command not recognized")]
    [InlineData(@"MAILFROM:<a@b.example>\r\n", "Command not recognized")]
    [InlineData(@"X\r\n", "Command not recognized")]
    [InlineData(@"\r\n", "Command expected")]
    [InlineData(@"  \r\n", "Command expected")]
    [InlineData(@" NOOP\r\n", "Command expected")]
    [InlineData(@"NO\0OP\r\n", "Commands are printable ASCII")]
    [InlineData(@"NOOP\0\r\n", "Commands are printable ASCII")]
    [InlineData(@"NOOP\tx\r\n", "Commands are printable ASCII")]
    [InlineData(@"NOOP\r\r\n", "Commands are printable ASCII")]
    [InlineData(@"NOOP\x7F\r\n", "Commands are printable ASCII")]
    [InlineData(@"\xFF\xF4\xFF\xFD\x06QUIT\r\n", "Commands are printable ASCII")]
    [InlineData(@"MAIL FROM:<a\rRCPT TO:<b@c.example>\r\n", "Commands are printable ASCII")]
    [InlineData(@"NOOP \xC3\xA9\r\n", "Commands are printable ASCII")]
    [InlineData(@"RCPT\xC2\xA0TO:<alice@example.org>\r\n", "Commands are printable ASCII")]
    [InlineData(@"RCPT TO:<\xC3\xA9\x7F@example.org>\r\n", "Commands are printable ASCII")]
    public Task RefusesWhatIsNoCommand(string octets, string text) => _server.PlayAsync(
        $"""
        c: {octets}
        S: 500 5.5.2 {text}
        """ + TestServer.Bye);

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("POST /cgi HTTP/1.0")]
    [InlineData("CONNECT mx:25 HTTP/1.1")]
    [InlineData("PUT /x HTTP/1.1")]
    [InlineData("HEAD / HTTP/1.1")]
    [InlineData("options * HTTP/1.1")]
    public Task ClosesAtOnceOnAWebBrowser(string command) => _server.PlayFromBannerAsync(
        $"""
        S: 220 mx.example.org ESMTP Merpati
        C: {command}
        C: Host: <script>
        C: EHLO evil.example
        S: 421 4.7.0 This is a mail server
        S: [closed]
        """);

    [Fact]
    public Task AnswersEveryNameAlikeToVrfy() => _server.PlayFromBannerAsync(
        """
        S: 220 mx.example.org ESMTP Merpati
        C: VRFY alice
        C: VRFY <nobody@example.org>
        C: VRFY Someone Else
        C: VRFY
        S: 252 2.0.0 Cannot verify, but will take the message and try
        S: 252 2.0.0 Cannot verify, but will take the message and try
        S: 252 2.0.0 Cannot verify, but will take the message and try
        S: 501 5.5.4 Syntax: VRFY name
        """ + TestServer.Bye);

    [Fact]
    public Task Helps() => _server.PlayFromBannerAsync(
        """
        S: 220 mx.example.org ESMTP Merpati
        C: HELP
        S: 214-2.0.0 Commands: MAIL RCPT DATA BDAT RSET QUIT EHLO HELO NOOP VRFY HELP
        S: 214 2.0.0 HELP command explains one.
        C: HELP mail
        S: 214-2.0.0 MAIL FROM:<address> [SIZE=octets] [BODY=7BIT|8BITMIME|BINARYMIME] [SMTPUTF8] [RET=FULL|HDRS] [ENVID=id] [AUTH=address]
        S: 214 2.0.0 Opens a transaction; <> is the sender of notices.
        C: HELP STARTTLS
        S: 214-2.0.0 STARTTLS
        S: 214-2.0.0 Goes over to TLS; begin anew with EHLO then.
        S: 214 2.0.0 This server does not offer it.
        C: HELP me
        S: 504 5.5.4 No help on this topic
        """ + TestServer.Bye);

    [Fact]
    public Task AnswersPipelinedCommandsInOrder() => _server.PlayAsync(
        """
        C: RSET
        C: MAIL FROM:<a@b.example>
        C: RCPT TO:<nobody@example.org>
        C: RCPT TO:<alice@example.org>
        C: NOOP
        C: DATA
        S: 250 2.0.0 Ok
        S: 250 2.1.0 Sender ok
        S: 550 5.1.1 <nobody@example.org>... No such user here
        S: 250 2.1.5 Recipient ok
        S: 250 2.0.0 Ok
        S: 354 *
        C: one
        C: .
        C: MAIL FROM:<c@d.example>
        C: RCPT TO:<bob@example.org>
        C: DATA
        S: 250 2.0.0 Ok: queued as 0000000000001
        S: 250 2.1.0 Sender ok
        S: 250 2.1.5 Recipient ok
        S: 354 *
        C: two
        C: .
        C: QUIT
        C: NOOP
        S: 250 2.0.0 Ok: queued as 0000000000002
        S: 221 2.0.0 Bye
        S: [closed]
        """, intake => Assert.Equal(["one\r\n", "two\r\n"], intake.Messages.Select(message => message.Text)));
}
