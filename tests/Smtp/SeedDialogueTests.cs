namespace Merpati.Smtp.Tests;

/// <summary>Dialogues as textbooks print them, completed where they left the addresses out.</summary>
public sealed class SeedDialogueTests
{
    private readonly TestServer _server = new();

    [Fact]
    public Task PlaysTheIndonesianTextbook() => _server.PlayFromBannerAsync(
        """
        S: 220 mx.example.org ESMTP Merpati
        C: HELO relay.example.org
        S: 250 mx.example.org
        C: MAIL FROM:<bob@remote.example>
        S: 250 2.1.0 Sender ok
        C: RCPT TO:<alice@example.org>
        S: 250 2.1.5 Recipient ok
        C: RCPT TO:<theboss@example.org>
        S: 550 5.1.1 <theboss@example.org>... No such user here
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: From: "Bob Example" <bob@remote.example>
        C: To: Alice Example <alice@example.org>
        C: Cc: theboss@example.com
        C: Date: Tue, 15 Jan 2008 16:02:43 -0500
        C: Subject: Test message
        C:
        C: Hello Alice.
        C: This is a test message with 5 header fields and 4 lines in the message body.
        C: Your friend,
        C: Bob
        C: .
        S: 250 2.0.0 Ok: queued as 0000000000001
        C: QUIT
        S: 221 2.0.0 Bye
        S: [closed]
        """, intake =>
    {
        var message = Assert.Single(intake.Messages);
        Assert.Equal("alice@example.org", message.Recipients);
        Assert.StartsWith("From: \"Bob Example\"", message.Text, StringComparison.Ordinal);
        Assert.EndsWith("Your friend,\r\nBob\r\n", message.Text, StringComparison.Ordinal);
    });

    // It has a typing error in its first command, addresses without brackets, and a bare address in HELO.
    [Fact]
    public Task PlaysTheRussianTextbookWithAnAnswerToEachSlip() => _server.PlayFromBannerAsync(
        """
        S: 220 mx.example.org ESMTP Merpati
        C: HELLO 195.161.101.33
        S: 500 5.5.2 Command not recognized
        C: HELO 195.161.101.33
        S: 250 mx.example.org
        C: MAIL FROM: drozd@mail.example
        S: 501 5.1.7 Bad sender address, expected as in MAIL FROM:<alice@example.org>
        C: MAIL FROM: <drozd@mail.example>
        S: 250 2.1.0 Sender ok
        C: RCPT TO: <bob@example.org>
        S: 250 2.1.5 Recipient ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: From: Drozd
        C: To: Drol
        C: Subject: Hello
        C:
        C: Hello Drol!
        C: .
        S: 250 2.0.0 Ok: queued as 0000000000001
        C: QUIT
        S: 221 2.0.0 Bye
        S: [closed]
        """, intake => Assert.Equal("195.161.101.33", Assert.Single(intake.Messages).Envelope.Origin.ClientName));
}
