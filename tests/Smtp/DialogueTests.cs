using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Tests;

public sealed class DialogueTests
{
    private readonly TestServer _server = new();

    [Fact]
    public Task TakesAMessage() => _server.PlayAsync(
        """
        C: MAIL FROM:<sender@remote.example> SIZE=20 BODY=8BITMIME
        S: 250 2.1.0 Sender ok
        C: RCPT TO:<alice@example.org>
        S: 250 2.1.5 Recipient ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: Subject: x
        C:
        C: ..dot
        C: .
        S: 250 2.0.0 Ok: queued as 0000000000001
        """ + TestServer.Bye, intake =>
    {
        var message = Assert.Single(intake.Messages);
        Assert.Equal("Subject: x\r\n\r\n.dot\r\n", message.Text);
        Assert.Equal("alice@example.org", message.Recipients);
        Assert.Equal("<sender@remote.example>", message.Envelope.ReversePath.ToString());
        Assert.Equal(BodyType.EightBitMime, message.Envelope.Body);
        Assert.Equal(new Origin("client.example", System.Net.IPAddress.Loopback, "ESMTP"), message.Envelope.Origin);
        Assert.Equal([20], intake.Asked);
    });
}
