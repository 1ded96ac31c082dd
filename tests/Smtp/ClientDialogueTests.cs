using System.Text;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Client;

namespace Merpati.Smtp.Tests;

/// <summary>What the client says, and what it makes of answers (RFC 5321, 2920, 3030, 3461, 2033).</summary>
public sealed class ClientDialogueTests
{
    private const string Plain = "S: 220 mx\nC: EHLO client.example\nS: 250 mx\n";
    private const string Pipelining = "S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250 PIPELINING\n";

    [Fact]
    public Task SaysOneThingAfterTheOther() => SendAsync(
        Plain + "C: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<b@x.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: [text]\nS: 250 2.6.0 taken\n" +
        "C: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<c@x.example>\nS: 251 ok\nC: DATA\nS: 354 go\nC: [text]\nS: 250 taken\nC: QUIT\nS: 221 bye\n",
        async (peer, client) =>
        {
            var result = await client.SendAsync(ClientMail.WithText("a: b\r\n\r\n.dot\r\n..\r\n.\r\nend", "b@x.example"), default);
            Assert.Equal("Delivered", result.Outcomes());
            Assert.Equal("2.6.0", result.Statuses());
            Assert.Equal("250 2.6.0 taken", result.Recipients[0].Text);
            Assert.Equal("a: b\r\n\r\n..dot\r\n...\r\n..\r\nend\r\n", peer.Text);
            Assert.Equal(SmtpStanding.Usable, result.Standing);
            Assert.Equal("Delivered", (await client.SendAsync(ClientMail.To("c@x.example"), default)).Outcomes());
            await client.QuitAsync(default);
            Assert.Equal(SmtpStanding.Closed, client.Standing);
            Assert.False(peer.Aborted);
        });

    [Fact]
    public Task SaysAllAtOnceWhereItMay() => SendAsync(
        Pipelining + "C: MAIL FROM:<a@client.example>\nC: RCPT TO:<b@x.example>\nC: RCPT TO:<c@x.example>\nC: DATA\n" +
        "S: 250 ok\nS: 550-5.1.1 no\nS: 550 5.1.1 such user\nS: 250 ok\nS: 354 go\nC: [text]\nS: 250 taken\n",
        async (_, client) =>
        {
            var result = await client.SendAsync(ClientMail.To("b@x.example", "c@x.example"), default);
            Assert.Equal("Refused Delivered", result.Outcomes());
            Assert.Equal("5.1.1 2.0.0", result.Statuses());
            Assert.Equal("550-5.1.1 no\n550 5.1.1 such user", result.Recipients[0].Text);
        });

    [Fact]
    public Task SendsNothingMoreThanAGroupAtOnce() => SendAsync(
        Pipelining + "C: MAIL FROM:<a@client.example>\nC: RCPT TO:<b@x.example>\nS: 250 ok\nS: 250 ok\nC: RCPT TO:<c@x.example>\nC: DATA\nS: 250 ok\nS: 354 go\nC: [text]\nS: 250 taken\n",
        async (_, client) => Assert.Equal("Delivered Delivered", (await client.SendAsync(ClientMail.To("b@x.example", "c@x.example"), default)).Outcomes()),
        new SmtpClientOptions { HostName = "client.example", MaxPipelined = 2 });

    [Fact]
    public Task EndsATextForNobodyWithALoneDot() => SendAsync(
        Pipelining + "C: MAIL FROM:<a@client.example>\nC: RCPT TO:<b@x.example>\nC: DATA\nS: 250 ok\nS: 450 later\nS: 354 go\nC: .\nS: 554 no recipients\n" +
        "C: MAIL FROM:<a@client.example>\nC: RCPT TO:<b@x.example>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: [text]\nS: 250 taken\n",
        async (_, client) =>
        {
            var result = await client.SendAsync(ClientMail.To("b@x.example"), default);
            Assert.Equal("Deferred", result.Outcomes());
            Assert.Equal(SmtpStanding.Usable, result.Standing);
            Assert.Equal("Delivered", (await client.SendAsync(ClientMail.To("b@x.example"), default)).Outcomes());
        });

    [Theory]
    [InlineData("550 5.7.1 no", "Refused", "5.7.1")]
    [InlineData("451 busy", "Deferred", "4.0.0")]
    public Task TellsEachRecipientOfARefusedSender(string reply, string outcome, string status) => SendAsync(
        Pipelining + $"C: MAIL FROM:<a@client.example>\nC: RCPT TO:<b@x.example>\nC: RCPT TO:<c@x.example>\nC: DATA\nS: {reply}\nS: 503 what\nS: 503 what\nS: 503 what\nC: QUIT\n",
        async (_, client) =>
        {
            var result = await client.SendAsync(ClientMail.To("b@x.example", "c@x.example"), default);
            Assert.Equal($"{outcome} {outcome}", result.Outcomes());
            Assert.Equal($"{status} {status}", result.Statuses());
            Assert.Equal(reply, result.Recipients[1].Text);
            var quit = client.QuitAsync(default);
            Assert.False(quit.IsCompleted);
        });

    [Theory]
    [InlineData("554 5.6.0 no", "Refused")]
    [InlineData("452 full", "Deferred")]
    public Task TidiesUpAfterARefusedText(string reply, string outcome) => SendAsync(
        Plain + $"C: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<b@x.example>\nS: 250 ok\nC: DATA\nS: {reply}\nC: RSET\nS: 250 ok\nC: MAIL FROM:<a@client.example>\nS: 550 no\n",
        async (_, client) =>
        {
            Assert.Equal(outcome, (await client.SendAsync(ClientMail.To("b@x.example"), default)).Outcomes());
            Assert.Equal("Refused", (await client.SendAsync(ClientMail.To("b@x.example"), default)).Outcomes());
        });

    [Theory]
    [InlineData("552 5.2.3 too much", "Refused", "5.2.3")]
    [InlineData("451 4.3.0 disk", "Deferred", "4.3.0")]
    [InlineData("250 2.1.5", "Delivered", "2.1.5")]
    [InlineData("250 5.1.1 odd", "Delivered", "2.0.0")]
    [InlineData("550 2.0.0 odd", "Refused", "5.0.0")]
    public Task TakesTheReplyToTheEndForAll(string reply, string outcome, string status) => SendAsync(
        Plain + $"C: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<b@x.example>\nS: 250 ok\nC: RCPT TO:<c@x.example>\nS: 551 gone\nC: DATA\nS: 354 go\nC: [text]\nS: {reply}\n",
        async (_, client) =>
        {
            var result = await client.SendAsync(ClientMail.To("b@x.example", "c@x.example"), default);
            Assert.Equal(outcome + " Refused", result.Outcomes());
            Assert.Equal(status + " 5.0.0", result.Statuses());
        });

    [Theory]
    [InlineData("452 4.5.3 too many", "Delivered Later Later")]
    [InlineData("452 enough", "Delivered Later Later")]
    [InlineData("552 too many", "Delivered Later Later")]
    [InlineData("452 4.2.2 full", "Delivered Deferred Delivered")]
    [InlineData("552 5.2.2 full", "Delivered Refused Delivered")]
    public Task LeavesTheRestForLater(string reply, string outcomes) => SendAsync(
        Plain + $"C: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<b@x.example>\nS: 250 ok\nC: RCPT TO:<c@x.example>\nS: {reply}\n" +
        (outcomes.EndsWith("Later", StringComparison.Ordinal) ? "" : "C: RCPT TO:<d@x.example>\nS: 250 ok\n") + "C: DATA\nS: 354 go\nC: [text]\nS: 250 taken\n",
        async (_, client) => Assert.Equal(outcomes, (await client.SendAsync(ClientMail.To("b@x.example", "c@x.example", "d@x.example"), default)).Outcomes()));

    [Fact]
    public Task KeepsToTheLimitsThatTheServerHasSaid() => SendAsync(
        "S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250 LIMITS RCPTMAX=3 RCPTDOMAINMAX=1 MAILMAX=1\n" +
        "C: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<b@x.example>\nS: 250 ok\nC: RCPT TO:<d@x.example>\nS: 250 ok\nC: RCPT TO:<e@x.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: [text]\nS: 250 taken\n",
        async (_, client) =>
        {
            var result = await client.SendAsync(ClientMail.To("b@x.example", "c@y.example", "d@x.example", "e@x.example", "f@x.example"), default);
            Assert.Equal("Delivered Later Delivered Delivered Later", result.Outcomes());
            Assert.Equal(SmtpStanding.Exhausted, result.Standing);
        });

    [Fact]
    public Task FallsBackToHelo() => SendAsync(
        "S: 220 old\nC: EHLO client.example\nS: 502 what\nC: HELO client.example\nS: 250-old\nS: 250 SIZE 1\nC: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<b@x.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: [text]\nS: 250 taken\n",
        async (_, client) => Assert.Equal("Delivered", (await client.SendAsync(ClientMail.To("b@x.example"), default)).Outcomes()));

    [Fact]
    public Task PassesOnWhatTheSenderWantsToBeTold() => SendAsync(
        "S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250-SIZE 1000\nS: 250-8BITMIME\nS: 250-SMTPUTF8\nS: 250 DSN\n" +
        "C: MAIL FROM:<a@client.example> SIZE=22 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb+20c\nS: 250 ok\nC: RCPT TO:<пётр@x.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc@x.example\nS: 250 ok\n" +
        "C: RCPT TO:<c@x.example> NOTIFY=NEVER ORCPT=utf-8;пётр\\x{5C}@x.example\nS: 250 ok\nC: DATA\nS: 354 go\nC: [text]\nS: 250 taken\n",
        async (_, client) =>
        {
            var message = ClientMail.WithText("Subject: x\r\n\r\nHello.\r\n", "пётр@x.example", "c@x.example") with { Body = BodyType.EightBitMime, Return = ReturnContent.Headers, EnvelopeId = "a+b c" };
            message = message with
            {
                Recipients =
                [
                    message.Recipients[0] with { Notices = new RecipientNotices(NotifyConditions.Success | NotifyConditions.Delay, new OriginalRecipient("rfc822", "b+c@x.example")) },
                    message.Recipients[1] with { Notices = new RecipientNotices(NotifyConditions.Never, new OriginalRecipient("utf-8", "пётр\\@x.example")) },
                ],
            };
            Assert.Equal("Delivered Delivered", (await client.SendAsync(message, default)).Outcomes());
        });

    [Theory]
    [InlineData("SIZE 21", false, false, false, SendOutcome.TooLarge, "5.3.4")]
    [InlineData("SIZE 22", true, false, false, SendOutcome.NeedsEightBit, "5.6.3")]
    [InlineData("8BITMIME", false, true, false, SendOutcome.NeedsUtf8, "5.6.7")]
    [InlineData("BINARYMIME", false, false, true, SendOutcome.NeedsBinary, "5.6.3")]
    [InlineData("CHUNKING", false, false, true, SendOutcome.NeedsBinary, "5.6.3")]
    public Task OffersNothingThatTheServerCannotTake(string offer, bool eightBit, bool utf8, bool binary, SendOutcome outcome, string status) => SendAsync(
        $"S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250 {offer}\nC: QUIT\nS: 221 bye\n",
        async (_, client) =>
        {
            var message = ClientMail.To("b@x.example") with { HasEightBit = eightBit, IsInternationalized = utf8, Body = binary ? BodyType.BinaryMime : BodyType.SevenBit };
            var result = await client.SendAsync(message, default);
            Assert.Equal(outcome, result.Outcome);
            Assert.Equal("Refused", result.Outcomes());
            Assert.Equal(status, result.Statuses());
            await client.QuitAsync(default);
        });

    [Fact]
    public Task SendsBinaryAsOneChunk() => SendAsync(
        "S: 220 mx\nC: EHLO client.example\nS: 250-mx\nS: 250-PIPELINING\nS: 250-CHUNKING\nS: 250 BINARYMIME\n" +
        "C: MAIL FROM:<a@client.example> BODY=BINARYMIME\nC: RCPT TO:<b@x.example>\nS: 250 ok\nS: 250 ok\nC: BDAT 9 LAST\nC: [octets 9]\nS: 250 taken\n",
        async (peer, client) =>
        {
            var message = ClientMail.WithText("a\n.\r\n\0\xFF\rb", "b@x.example") with { Body = BodyType.BinaryMime };
            Assert.Equal("Delivered", (await client.SendAsync(message, default)).Outcomes());
            Assert.Equal("a\n.\r\n\0\xFF\rb", peer.Text);
        });

    [Fact]
    public Task HearsForEachRecipientFromLmtp() => SendAsync(
        "S: 220 mx LMTP\nC: LHLO client.example\nS: 250-mx\nS: 250 PIPELINING\n" +
        "C: MAIL FROM:<a@client.example>\nC: RCPT TO:<b@x.example>\nC: RCPT TO:<c@x.example>\nC: RCPT TO:<d@x.example>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 550 no\nS: 250 ok\nS: 354 go\nC: [text]\nS: 452 4.2.2 full\nS: 250 ok\n",
        async (_, client) =>
        {
            var result = await client.SendAsync(ClientMail.To("b@x.example", "c@x.example", "d@x.example"), default);
            Assert.Equal("Deferred Refused Delivered", result.Outcomes());
            Assert.Equal(SmtpStanding.Usable, result.Standing);
        },
        new SmtpClientOptions { HostName = "client.example", IsLmtp = true });

    [Theory]
    [InlineData("a\nb\r\n")]
    [InlineData("a\rb\r\n")]
    [InlineData("a\r\n.\n\r\n")]
    [InlineData("a\r")]
    [InlineData("\n.\r\n")]
    public async Task NeverSendsLineEndsThatAreNone(string text)
    {
        await using var peer = new ClientPeer(Plain + "C: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<b@x.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: [text]\n");
        await peer.Client.GreetAsync(default);
        var result = await peer.Client.SendAsync(ClientMail.WithText(text, "b@x.example"), default);
        Assert.Equal("Refused", result.Outcomes());
        Assert.Equal("5.6.0", result.Statuses());
        Assert.Equal(SmtpStanding.Closed, result.Standing);
        Assert.True(peer.Aborted);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(10)]
    public async Task NeverEndsATextThatIsNotWhole(int length)
    {
        await using var peer = new ClientPeer(Plain + "C: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<b@x.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: [text]\n");
        await peer.Client.GreetAsync(default);
        var message = ClientMail.To("b@x.example") with { Text = new LyingText(length) };
        await Assert.ThrowsAsync<InvalidDataException>(() => peer.Client.SendAsync(message, default).WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(SmtpStanding.Closed, peer.Client.Standing);
        Assert.DoesNotContain("\r\n.\r\n", peer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VRFY a\r\nQUIT")]
    [InlineData("VRFY a\0")]
    [InlineData("VRFY a\x7F")]
    public async Task LetsNoLineEndIntoACommand(string command)
    {
        await using var peer = new ClientPeer(Plain);
        await peer.Client.GreetAsync(default);
        await Assert.ThrowsAsync<ArgumentException>(() => peer.Client.AskAsync(command, default));
    }

    private static async Task SendAsync(string script, Func<ClientPeer, SmtpClient, Task> act, SmtpClientOptions? options = null)
    {
        foreach (var octetByOctet in new[] { false, true })
        {
            await using var peer = new ClientPeer(script, octetByOctet, options);
            Assert.True((await peer.Client.GreetAsync(default)).IsDone);
            var acting = act(peer, peer.Client);
            await Task.WhenAny(acting, peer.EndAsync()).Unwrap();
            await acting.WaitAsync(TimeSpan.FromSeconds(30));
            await peer.EndAsync();
        }
    }

    private sealed class LyingText(long length) : IOutgoingText
    {
        private bool _read;

        public long Length => length;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
        {
            ReadOnlyMemory<byte> piece = _read ? default : Encoding.ASCII.GetBytes("12345678\r\nabcdefgh\r\n");
            _read = true;
            return new(piece);
        }
    }
}
