using Merpati.Smtp.Client;

namespace Merpati.Smtp.Tests;

/// <summary>Servers that refuse, lie, stall, flood and break off, at each step.</summary>
public sealed class ClientHostileTests
{
    private const string Greeted = "S: 220 mx\nC: EHLO client.example\nS: 250 mx\n";
    private const string Mailed = Greeted + "C: MAIL FROM:<a@client.example>\n";
    private const string Named = Mailed + "S: 250 ok\nC: RCPT TO:<b@x.example>\n";
    private const string Asked = Named + "S: 250 ok\nC: DATA\n";
    private const string Texted = Asked + "S: 354 go\nC: [text]\n";

    public static TheoryData<string, bool> Steps => new()
    {
        { Mailed, false },
        { Named, false },
        { Asked, false },
        { Texted, true },
    };

    public static TheoryData<string> Greetings => ["", "S: 220 mx\nC: EHLO client.example\n", "S: 220 mx\nC: EHLO client.example\nS: 500 what\nC: HELO client.example\n"];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task EndsWhenTheServerIsSilent(string script, bool isUnknown)
    {
        await using var peer = new ClientPeer(script);
        await peer.Client.GreetAsync(default);
        var result = await peer.LetTimePassAsync(peer.Client.SendAsync(ClientMail.To("b@x.example"), default));
        Expect(result, isUnknown, SmtpOutcome.TimedOut, "4.4.2");
        Assert.True(peer.Aborted);
        await peer.EndAsync();
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task EndsWhenTheServerTrickles(string script, bool isUnknown)
    {
        await using var peer = new ClientPeer(script + string.Concat(Enumerable.Repeat("s: 250-\\r\\n\n", 50)));
        await peer.Client.GreetAsync(default);
        var result = await peer.LetTimePassAsync(peer.Client.SendAsync(ClientMail.To("b@x.example"), default));
        Expect(result, isUnknown, SmtpOutcome.TimedOut, "4.4.2");
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public Task EndsWhenTheServerHangsUp(string script, bool isUnknown) => EndsAsync(script + "S: [close]\n", isUnknown, SmtpOutcome.Lost, "4.4.2");

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task HoldsLittleOfALineWithoutAnEnd(string script, bool isUnknown)
    {
        var sent = await EndsAsync(script + "S: [endless]\n", isUnknown, SmtpOutcome.ProtocolError, "4.5.0");
        Assert.InRange(sent, 0, 1024 * 1024);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task HoldsLittleOfAReplyWithoutAnEnd(string script, bool isUnknown)
    {
        var sent = await EndsAsync(script + "S: [endless lines]\n", isUnknown, SmtpOutcome.ProtocolError, "4.5.0");
        Assert.InRange(sent, 0, 1024 * 1024);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task TakesNoGarbage(string script, bool isUnknown)
    {
        foreach (var garbage in new[] { "", "hello", "25", "2500 ok", "999 ok", "199 ok", "000 ok", "600 no", "250_ok", " 250 ok", "-50 ok", "250-a\nS: 251 b", "550-a\nS: 250 b", "250-a\nS: b" })
        {
            await EndsAsync(script + $"S: {garbage}\n", isUnknown, SmtpOutcome.ProtocolError, "4.5.0");
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task StopsAt421(string script, bool isUnknown)
    {
        await using var peer = new ClientPeer(script + "S: 421-4.3.2 I am\nS: 421 4.3.2 stopping\nS: [close]\n");
        await peer.Client.GreetAsync(default);
        var result = await peer.Client.SendAsync(ClientMail.To("b@x.example", "c@x.example") with { Recipients = [new(ClientMail.Address("b@x.example"))] }, default);
        Assert.Equal("Deferred", result.Outcomes());
        Assert.Equal("4.3.2", result.Statuses());
        Assert.Equal("421-4.3.2 I am\n421 4.3.2 stopping", result.Recipients[0].Text);
        Assert.Equal(SmtpStanding.Closed, result.Standing);
        Assert.Equal(421, result.Ending!.Reply!.Code);
        Assert.True(isUnknown == script.EndsWith("[text]\n", StringComparison.Ordinal));
        Assert.Equal("Deferred", (await peer.Client.SendAsync(ClientMail.To("b@x.example"), default)).Outcomes());
    }

    [Theory]
    [InlineData(Mailed, "354 go")]
    [InlineData(Named, "354 go")]
    [InlineData(Asked, "250 ok")]
    [InlineData(Asked, "334 go")]
    public Task TakesNoYesToAnotherQuestion(string script, string reply) => EndsAsync(script + $"S: {reply}\n", isUnknown: false, SmtpOutcome.ProtocolError, "4.5.0");

    [Fact]
    public Task TakesNoQuestionForAnAnswerToTheEnd() => EndsAsync(Texted + "S: 354 more\n", isUnknown: true, SmtpOutcome.ProtocolError, "4.5.0");

    [Theory]
    [MemberData(nameof(Greetings))]
    public async Task EndsWhenNobodyGreets(string script)
    {
        foreach (var (trouble, outcome) in new[]
        {
            ("S: [close]\n", SmtpOutcome.Lost), ("S: [endless]\n", SmtpOutcome.ProtocolError), ("S: [endless lines]\n", SmtpOutcome.ProtocolError),
            ("S: garbage\n", SmtpOutcome.ProtocolError), ("S: 354 go\n", SmtpOutcome.ProtocolError), ("S: 421 later\n", SmtpOutcome.Deferred), ("", SmtpOutcome.TimedOut),
        })
        {
            await using var peer = new ClientPeer(script + trouble);
            var greeting = peer.Client.GreetAsync(default);
            var step = await (trouble.Length == 0 ? peer.LetTimePassAsync(greeting) : greeting.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(outcome, step.Outcome);
            Assert.Equal(SmtpStanding.Closed, peer.Client.Standing);
        }
    }

    [Theory]
    [InlineData("554 5.3.2 no mail here", SmtpOutcome.Refused)]
    [InlineData("450 4.3.2 later", SmtpOutcome.Deferred)]
    public async Task TakesLeaveOfAServerThatIsNotThereForMail(string greeting, SmtpOutcome outcome)
    {
        await using var peer = new ClientPeer($"S: {greeting}\nC: QUIT\nS: 221 bye\n");
        Assert.Equal(outcome, (await peer.Client.GreetAsync(default)).Outcome);
        await peer.Client.QuitAsync(default);
        await peer.EndAsync();
        Assert.False(peer.Aborted);
    }

    [Fact]
    public async Task KeepsWhatWasSaidOfARecipientBeforeTheEnd()
    {
        await using var peer = new ClientPeer(Mailed + "S: 250 ok\nC: RCPT TO:<b@x.example>\nS: 550 5.1.1 no\nC: RCPT TO:<c@x.example>\nS: 250 ok\nC: RCPT TO:<d@x.example>\nS: [close]\n");
        await peer.Client.GreetAsync(default);
        var result = await peer.Client.SendAsync(ClientMail.To("b@x.example", "c@x.example", "d@x.example"), default);
        Assert.Equal("Refused Deferred Deferred", result.Outcomes());
    }

    [Fact]
    public async Task DoesNotKnowWhatBecameOfTheRestOfLmtp()
    {
        const string Script = "S: 220 mx\nC: LHLO client.example\nS: 250 mx\nC: MAIL FROM:<a@client.example>\nS: 250 ok\nC: RCPT TO:<b@x.example>\nS: 250 ok\nC: RCPT TO:<c@x.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: [text]\nS: 250 ok\nS: [close]\n";
        await using var peer = new ClientPeer(Script, options: new SmtpClientOptions { HostName = "client.example", IsLmtp = true });
        await peer.Client.GreetAsync(default);
        Assert.Equal("Delivered Unknown", (await peer.Client.SendAsync(ClientMail.To("b@x.example", "c@x.example"), default)).Outcomes());
    }

    [Theory]
    [InlineData("S: 552 5.3.4 enough", "Refused", "5.3.4")]
    [InlineData("S: 452 4.3.1 full", "Deferred", "4.3.1")]
    [InlineData("S: 250 taken", "Deferred", "4.5.0")]
    [InlineData("S: 421 4.3.2 bye", "Deferred", "4.3.2")]
    public async Task HearsAServerThatHasEnoughOfTheText(string word, string outcome, string status)
    {
        await using var peer = new ClientPeer(Asked + $"S: 354 go\nC: [octets 1000]\n{word}\nC: [text]\n");
        await peer.Client.GreetAsync(default);
        var result = await peer.Client.SendAsync(ClientMail.WithText(string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", 10_000)), "b@x.example"), default);
        Assert.Equal(outcome, result.Outcomes());
        Assert.Equal(status, result.Statuses());
        Assert.Equal(SmtpStanding.Closed, result.Standing);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    public async Task CutsAServerThatDoesNotTakeTheText(int octetsPerSecond)
    {
        var octets = new byte[2_000_000];
        Array.Fill(octets, (byte)'x');
        await using var peer = new ClientPeer(
            Asked + "S: 354 go\n" + string.Concat(Enumerable.Repeat($"C: [octets {octetsPerSecond}]\n", octetsPerSecond == 0 ? 0 : 5)), mayHold: 64 * 1024);
        await peer.Client.GreetAsync(default);
        var result = await peer.LetTimePassAsync(peer.Client.SendAsync(ClientMail.WithOctets(octets, "b@x.example"), default));
        Expect(result, isUnknown: false, SmtpOutcome.TimedOut, "4.4.2");
    }

    [Fact]
    public async Task ShowsNothingThatATerminalObeys()
    {
        await using var peer = new ClientPeer(Mailed + "s: 550 \u001b[2J\u202Ebad\u0007\ttext é \\r\\n\n");
        await peer.Client.GreetAsync(default);
        var result = await peer.Client.SendAsync(ClientMail.To("b@x.example"), default);
        Assert.Equal("550 ?[2J?bad? text é", result.Recipients[0].Text);
    }

    [Fact]
    public async Task CutsALongReply()
    {
        await using var peer = new ClientPeer(Mailed + string.Concat(Enumerable.Repeat("S: 550-" + new string('x', 500) + "\n", 50)) + "S: 550 end\n");
        await peer.Client.GreetAsync(default);
        var result = await peer.Client.SendAsync(ClientMail.To("b@x.example"), default);
        Assert.Equal("Refused", result.Outcomes());
        Assert.Equal(SmtpReplyText.MaxLength, result.Recipients[0].Text.Length);
        Assert.Equal(SmtpStanding.Usable, result.Standing);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task EndsWhenItIsCancelled(string script, bool isUnknown)
    {
        using var cancellation = new CancellationTokenSource();
        await using var peer = new ClientPeer(script);
        await peer.Client.GreetAsync(default);
        var sending = peer.Client.SendAsync(ClientMail.To("b@x.example"), cancellation.Token);
        Assert.False(sending.IsCompleted);
        await cancellation.CancelAsync();
        Expect(await sending.WaitAsync(TimeSpan.FromSeconds(30)), isUnknown, SmtpOutcome.Cancelled, "4.0.0");
    }

    private static async Task<long> EndsAsync(string script, bool isUnknown, SmtpOutcome outcome, string status)
    {
        await using var peer = new ClientPeer(script);
        await peer.Client.GreetAsync(default);
        var result = await peer.Client.SendAsync(ClientMail.To("b@x.example"), default).WaitAsync(TimeSpan.FromSeconds(30));
        Expect(result, isUnknown, outcome, status);
        await peer.EndAsync();
        return peer.Sent;
    }

    private static void Expect(SendResult result, bool isUnknown, SmtpOutcome outcome, string status)
    {
        Assert.Equal(isUnknown ? "Unknown" : "Deferred", result.Outcomes());
        Assert.Equal(status, result.Statuses());
        Assert.Equal(SmtpStanding.Closed, result.Standing);
        Assert.Equal(outcome, result.Ending!.Outcome);
        Assert.NotEmpty(result.Recipients[0].Text);
    }
}
