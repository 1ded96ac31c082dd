using System.Text;
using Merpati.Mail.Intake;
using Merpati.Smtp.Server;
using Merpati.Transcripts;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Tests;

public sealed class DataTests
{
    private const string UpToData =
        "C: MAIL FROM:<a@b.example>\nC: RCPT TO:<alice@example.org>\nC: DATA\nS: 250 2.1.0 Sender ok\nS: 250 2.1.5 Recipient ok\nS: 354 *\n";

    private const string NextMessage = "\n" + UpToData + "C: next\nC: .\nS: 250 2.0.0 Ok: queued as 0000000000002" + TestServer.Bye;

    private readonly TestServer _server = new();

    [Fact]
    public Task WantsRecipientsFirst() => _server.PlayFromBannerAsync(
        "S: 220 *\nC: DATA\nS: 503 5.5.1 Send HELO or EHLO first\nC: EHLO client.example\n" + TestServer.Extensions +
        """
        C: DATA
        S: 503 5.5.1 Send MAIL first
        C: MAIL FROM:<a@b.example>
        S: 250 2.1.0 Sender ok
        C: DATA
        S: 503 5.5.1 Send RCPT first
        C: RCPT TO:<nobody@example.org>
        C: DATA
        S: 550 5.1.1 *
        S: 554 5.5.1 No valid recipients
        C: RCPT TO:<alice@example.org>
        C: DATA
        S: 250 2.1.5 Recipient ok
        S: 354 *
        C: .
        S: 250 2.0.0 *
        C: DATA
        S: 503 5.5.1 Send MAIL first
        """ + TestServer.Bye, intake => Assert.Single(intake.Messages));

    [Theory]
    [InlineData(@"a\nb\r\n", "550 5.6.0 Message contains a bare CR or LF, lines end in CRLF")]
    [InlineData(@"a\rb\r\n", "550 5.6.0 Message contains a bare CR or LF, lines end in CRLF")]
    [InlineData(@"a\r\r\n", "550 5.6.0 Message contains a bare CR or LF, lines end in CRLF")]
    [InlineData(@"a\0b\r\n", "550 5.6.0 Message contains a NUL")]
    public Task RefusesABareNewlineAndANulAfterTheTrueEnd(string text, string reply) => _server.PlayAsync(
        UpToData + $"c: {text}\nC: still text\nC: .\nS: {reply}" + NextMessage,
        intake => Assert.Equal("next\r\n", Assert.Single(intake.Messages).Text));

    [Fact]
    public Task NormalisesBareNewlinesWhenToldTo() =>
        new TestServer { Options = new SmtpServiceOptions { HostName = "mx.example.org", BareNewlines = BareNewlines.Normalise } }.PlayAsync(
            UpToData + @"c: a\n.\nb\rc\r\n.\r\n" + "\nS: 250 2.0.0 *" + TestServer.Bye,
            intake => Assert.Equal("a\r\n.\r\nb\r\nc\r\n", Assert.Single(intake.Messages).Text));

    [Theory]
    [InlineData(IntakeVerdict.TooBig, "552 5.3.4 Message larger than the limit")]
    [InlineData(IntakeVerdict.NoSpace, "452 4.3.1 Not enough room on the disk, try again later")]
    [InlineData(IntakeVerdict.Loop, "554 5.4.6 Mail loop, too many Received fields")]
    [InlineData(IntakeVerdict.RecipientGone, "451 4.2.1 A mailbox went away meanwhile, try again")]
    [InlineData(IntakeVerdict.StoreFailed, "451 4.3.0 The message could not be stored, try again later")]
    public Task PassesOnTheVerdictAndGoesOn(IntakeVerdict verdict, string reply) =>
        new TestServer { NewIntake = () => new MemoryIntake { AtCommit = verdict } }.PlayAsync(
            UpToData + $"C: text\nC: .\nS: {reply}\nC: RCPT TO:<bob@example.org>\nS: 503 5.5.1 Send MAIL first\nC: NOOP\nS: 250 2.0.0 Ok" + TestServer.Bye,
            intake => Assert.Empty(intake.Messages));

    [Fact]
    public Task ReadsAMessageOverTheLimitToItsEndAndKeepsNothing() =>
        new TestServer { Options = new SmtpServiceOptions { HostName = "mx.example.org", MaxMessageBytes = 10 } }.PlayFromBannerAsync(
            "S: 220 *\nC: HELO x\nS: 250 mx.example.org\n" + UpToData + "C: 12345\nC: 6789\nC: RSET\nC: .\nS: 552 5.3.4 Message larger than the limit\n" +
            UpToData + "C: ..2345678\nC: .\nS: 250 2.0.0 *" + TestServer.Bye,
            intake => Assert.Equal(".2345678\r\n", Assert.Single(intake.Messages).Text));

    [Fact]
    public async Task HandsNothingToTheIntakePastTheLimit()
    {
        var server = new TestServer { Options = new SmtpServiceOptions { HostName = "mx.example.org", MaxMessageBytes = 1000 } };
        await using var client = await UpToTextAsync(server);
        for (var i = 0; i < 100; i++) await client.SendAsync($"{new string('x', 98)}\r\n");
        Assert.Equal(1000, server.Intake.LastAppended);
        Assert.Equal(1, server.Intake.Open);
        await client.SendAsync(".\r\n");
        Assert.StartsWith("552 5.3.4 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(0, server.Intake.Open);
        Assert.Empty(server.Intake.Messages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(4096)]
    [InlineData(65_536)]
    [InlineData(int.MaxValue)]
    public async Task KeepsEightBitTextAndLinesOfAnyLengthByteForByte(int piece)
    {
        var text = Encoding.Latin1.GetBytes(new string([.. Enumerable.Range(1, 100_000).Select(i => (char)(i % 256 is 0 or 10 or 13 ? 200 : i % 256))]) + "\r\n\xFF\xFE\r\n");
        await using var client = await UpToTextAsync(_server);
        foreach (var part in text.Concat(".\r\n"u8.ToArray()).Chunk(Math.Min(piece, text.Length + 3))) await client.SendAsync(part);
        Assert.StartsWith("250 2.0.0 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(text, Assert.Single(_server.Intake.Messages).Octets);
    }

    [Fact]
    public async Task LeavesNothingBehindWhenTheClientIsCutAnywhere()
    {
        var dialogue = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\nSubject: x\r\n\r\ntext\r\n.\r\n";
        for (var cut = 0; cut < dialogue.Length; cut++)
        {
            await using (var client = _server.Connect())
            {
                await client.SendGroupsAsync(dialogue[..cut]);
                await client.HangUpAsync();
                await client.Served.WaitAsync(TimeSpan.FromSeconds(30));
            }

            Assert.Equal(0, _server.Intake.Open);
            Assert.Empty(_server.Intake.Messages);
        }
    }

    [Fact]
    public async Task AnswersOnlyAfterTheCommit()
    {
        var gate = new TaskCompletionSource();
        var server = new TestServer { NewIntake = () => new MemoryIntake { Gate = gate.Task } };
        await using var client = await UpToTextAsync(server);
        await client.SendAsync("text\r\n.\r\nNOOP\r\n");
        var reply = client.ReadLineAsync();
        Assert.False(reply.IsCompleted);
        gate.SetResult();
        Assert.StartsWith("250 2.0.0 Ok: queued as ", await reply, StringComparison.Ordinal);
        Assert.Equal("250 2.0.0 Ok", await client.ReadLineAsync());
    }

    private static async Task<MemoryClient> UpToTextAsync(TestServer server)
    {
        var client = server.Connect();
        await client.SendAsync("HELO x\r\nMAIL FROM:<a@b.example> BODY=8BITMIME\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n");
        for (var i = 0; i < 4; i++) await client.ReadLineAsync();
        Assert.StartsWith("354 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        return client;
    }
}
