using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Smtp.Server;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Tests;

public sealed class BdatTests
{
    private const string UpToChunks = "C: MAIL FROM:<a@b.example>\nC: RCPT TO:<alice@example.org>\nS: 250 2.1.0 Sender ok\nS: 250 2.1.5 Recipient ok\n";

    private const string Next = "\n" + UpToChunks + @"c: BDAT 6 LAST\r\nnext\r\n" + "\nS: 250 2.0.0 Ok: queued as *" + TestServer.Bye;

    private readonly TestServer _server = new();

    [Fact]
    public Task TakesAMessageInChunks() => _server.PlayAsync(
        UpToChunks + """
        c: BDAT 12\r\nSubject: x\r\n
        S: 250 2.0.0 12 octets received
        c: bdat 5\r\n\r\n.\r\n
        S: 250 2.0.0 5 octets received
        c: BDAT 0\r\n
        S: 250 2.0.0 0 octets received
        c: Bdat  9  last \r\nBDAT 9\r\n.
        S: 250 2.0.0 Ok: queued as 0000000000001
        C: DATA
        S: 503 5.5.1 Send MAIL first
        """ + TestServer.Bye, intake => Assert.Equal("Subject: x\r\n\r\n.\r\nBDAT 9\r\n.", Assert.Single(intake.Messages).Text));

    [Fact]
    public Task TakesPipelinedChunksAndMessages() => _server.PlayAsync(
        """
        c: MAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.org>\r\nBDAT 3\r\nab\rBDAT 3\r\n\nc\rBDAT 1 LAST\r\n\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\nBDAT 4 LAST\r\nQUITQUIT\r\n
        S: 250 2.1.0 Sender ok
        S: 250 2.1.5 Recipient ok
        S: 250 2.0.0 3 octets received
        S: 250 2.0.0 3 octets received
        S: 250 2.0.0 Ok: queued as 0000000000001
        S: 250 2.1.0 Sender ok
        S: 250 2.1.5 Recipient ok
        S: 250 2.0.0 Ok: queued as 0000000000002
        S: 221 2.0.0 Bye
        S: [closed]
        """, intake => Assert.Equal(["ab\r\nc\r\n", "QUIT"], intake.Messages.Select(message => message.Text)));

    [Theory]
    [InlineData(@"BDAT 0 LAST\r\n", "")]
    [InlineData(@"BDAT 000000 last\r\n", "")]
    [InlineData(@"BDAT 00000000000000000003 LAST\r\nabc", "abc")]
    public Task TakesSmallLastChunks(string command, string text) => _server.PlayAsync(
        UpToChunks + $"c: {command}\nS: 250 2.0.0 Ok: queued as *" + TestServer.Bye, intake => Assert.Equal(text, Assert.Single(intake.Messages).Text));

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT LAST")]
    [InlineData("BDAT -1")]
    [InlineData("BDAT +1 LAST")]
    [InlineData("BDAT 1k")]
    [InlineData("BDAT 0x10")]
    [InlineData("BDAT 1 FIRST")]
    [InlineData("BDAT 1 LAST LAST")]
    [InlineData("BDAT 1LAST")]
    [InlineData("BDAT 9223372036854775808")]
    [InlineData("BDAT 99999999999999999999 LAST")]
    [InlineData("BDAT 000000000000000000001")]
    public Task RefusesAMalformedSizeAndTheRestOfTheMessage(string command) => _server.PlayAsync(
        UpToChunks + $"""
        c: BDAT 3\r\nabc
        S: 250 2.0.0 3 octets received
        C: {command}
        S: 501 5.5.4 Syntax: BDAT octets [LAST]
        c: BDAT 5\r\nQUIT\n
        S: 503 5.5.1 An earlier chunk failed, begin again
        c: BDAT 5 LAST\r\nQUIT\n
        S: 503 5.5.1 An earlier chunk failed, begin again
        """ + Next, intake => Assert.Equal("next\r\n", Assert.Single(intake.Messages).Text));

    [Theory]
    [InlineData(@"BDAT5 LAST\r\n", "500 5.5.2 Command not recognized")]
    [InlineData(@"BDAT 5\xC3\xA9\r\n", "500 5.5.2 Commands are printable ASCII")]
    [InlineData(@"BDAT 5\0 LAST\r\n", "500 5.5.2 Commands are printable ASCII")]
    public Task StoresNoMessageThatMayLackAPiece(string command, string reply) => _server.PlayAsync(
        UpToChunks + $"""
        c: BDAT 3\r\nabc
        S: 250 2.0.0 3 octets received
        c: {command}
        S: {reply}
        c: BDAT 2 LAST\r\n\r\n
        S: 503 5.5.1 An earlier chunk failed, begin again
        """ + Next, intake => Assert.Equal("next\r\n", Assert.Single(intake.Messages).Text));

    [Fact]
    public Task StoresNoMessageWhoseChunkCommandWasTooLong() => _server.PlayAsync(
        UpToChunks + $@"c: BDAT 3\r\nabcBDAT 1{new string(' ', 2050)}LAST\r\nBDAT 2 LAST\r\n\r\n" +
        "\nS: 250 2.0.0 3 octets received\nS: 500 5.5.2 Line too long\nS: 503 5.5.1 An earlier chunk failed, begin again" + TestServer.Bye,
        intake => Assert.Empty(intake.Messages));

    [Fact]
    public Task ReadsOverTheChunkOfARefusedCommand() => _server.PlayFromBannerAsync(
        "S: 220 *\n" + @"c: BDAT 6\r\nQUIT\r\n" + "\nS: 503 5.5.1 Send HELO or EHLO first\nC: EHLO client.example\n" + TestServer.Extensions + """
        c: BDAT 6 LAST\r\nQUIT\r\n
        S: 503 5.5.1 Send MAIL first
        C: MAIL FROM:<a@b.example>
        S: 250 2.1.0 Sender ok
        c: BDAT 6 LAST\r\nQUIT\r\nBDAT 6\r\nQUIT\r\n
        S: 503 5.5.1 Send RCPT first
        S: 503 5.5.1 Send RCPT first
        C: RCPT TO:<nobody@example.org>
        S: 550 5.1.1 *
        c: BDAT 6\r\nQUIT\r\nBDAT 0 LAST\r\n
        S: 554 5.5.1 No valid recipients
        S: 554 5.5.1 No valid recipients
        C: RCPT TO:<alice@example.org>
        S: 250 2.1.5 Recipient ok
        c: BDAT 6 LAST\r\nQUIT\r\n
        S: 250 2.0.0 Ok: queued as *
        """ + TestServer.Bye, intake => Assert.Equal("QUIT\r\n", Assert.Single(intake.Messages).Text));

    [Fact]
    public Task DoesNotMixChunksWithDataOrMoreRecipients() => _server.PlayAsync(
        UpToChunks + """
        c: BDAT 3\r\nab\r
        S: 250 2.0.0 3 octets received
        C: DATA
        S: 503 5.5.1 The message has begun in chunks, go on with BDAT or drop it with RSET
        C: RCPT TO:<bob@example.org>
        S: 503 5.5.1 The message has begun in chunks, go on with BDAT or drop it with RSET
        C: MAIL FROM:<c@d.example>
        S: 503 5.5.1 Nested MAIL command
        C: NOOP
        S: 250 2.0.0 Ok
        C: VRFY alice
        S: 252 2.0.0 *
        c: BDAT 1 LAST\r\n\n
        S: 250 2.0.0 Ok: queued as *
        """ + TestServer.Bye, intake =>
    {
        var message = Assert.Single(intake.Messages);
        Assert.Equal("ab\r\n", message.Text);
        Assert.Equal("alice@example.org", message.Recipients);
    });

    [Theory]
    [InlineData("RSET", "S: 250 2.0.0 Ok")]
    [InlineData("HELO again.example", "S: 250 mx.example.org")]
    [InlineData("EHLO again.example", TestServer.Extensions)]
    public Task DropsWhatCameBeforeReset(string command, string replies) => _server.PlayAsync(
        UpToChunks + $"""
        c: BDAT 6\r\nlost\r\n
        S: 250 2.0.0 6 octets received
        C: {command}
        {replies}
        c: BDAT 6 LAST\r\nlost\r\n
        S: 503 5.5.1 Send MAIL first
        """ + Next, intake => Assert.Equal("next\r\n", Assert.Single(intake.Messages).Text));

    [Fact]
    public Task DropsWhatCameBeforeQuit() => _server.PlayAsync(
        UpToChunks + @"c: BDAT 6\r\nlost\r\n" + "\nS: 250 2.0.0 6 octets received" + TestServer.Bye, intake => Assert.Empty(intake.Messages));

    [Fact]
    public Task RefusesAMessageOverTheLimitFromThatChunkOn() =>
        new TestServer { Options = new SmtpServiceOptions { HostName = "mx.example.org", MaxMessageBytes = 10 } }.PlayFromBannerAsync(
            "S: 220 *\nC: HELO x\nS: 250 mx.example.org\n" + UpToChunks + """
            c: BDAT 8\r\n12345678BDAT 6\r\nQUIT\r\nBDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n
            S: 250 2.0.0 8 octets received
            S: 552 5.3.4 Message larger than the limit
            S: 552 5.3.4 Message larger than the limit
            S: 552 5.3.4 Message larger than the limit
            S: 250 2.0.0 Ok

            """ + UpToChunks + @"c: BDAT 10 LAST\r\n12345678\r\n" + "\nS: 250 2.0.0 Ok: queued as *" + TestServer.Bye,
            intake => Assert.Equal("12345678\r\n", Assert.Single(intake.Messages).Text));

    [Theory]
    [InlineData(@"BDAT 3\r\na\nbBDAT 2 LAST\r\n\r\n", "550 5.6.0 Message contains a bare CR or LF, lines end in CRLF")]
    [InlineData(@"BDAT 2\r\na\rBDAT 2 LAST\r\n\r\n", "550 5.6.0 Message contains a bare CR or LF, lines end in CRLF")]
    [InlineData(@"BDAT 2\r\na\rBDAT 0 LAST\r\n", "550 5.6.0 Message contains a bare CR or LF, lines end in CRLF")]
    [InlineData(@"BDAT 1\r\n\rBDAT 3 LAST\r\n\n\n\r", "550 5.6.0 Message contains a bare CR or LF, lines end in CRLF")]
    [InlineData(@"BDAT 3\r\na\0bBDAT 2 LAST\r\n\r\n", "550 5.6.0 Message contains a NUL")]
    public Task RefusesABareNewlineAndANulAtTheEnd(string chunks, string reply) => _server.PlayAsync(
        UpToChunks + $"c: {chunks}\nS: 250 2.0.0 *\nS: {reply}" + Next, intake => Assert.Equal("next\r\n", Assert.Single(intake.Messages).Text));

    [Fact]
    public Task NormalisesBareNewlinesWhenToldTo() =>
        new TestServer { Options = new SmtpServiceOptions { HostName = "mx.example.org", BareNewlines = BareNewlines.Normalise } }.PlayAsync(
            UpToChunks + @"c: BDAT 4\r\na\nb\rBDAT 2\r\n\nc\r\nBDAT 1 LAST\r\n\r".Replace(@"c\r\nBDAT 1", @"cBDAT 1", StringComparison.Ordinal) +
            "\nS: 250 2.0.0 *\nS: 250 2.0.0 *\nS: 250 2.0.0 Ok: queued as *" + TestServer.Bye,
            intake => Assert.Equal("a\r\nb\r\nc\r\n", Assert.Single(intake.Messages).Text));

    [Fact]
    public Task TakesAnyOctetsOfABinaryMessage() => _server.PlayAsync(
        """
        C: MAIL FROM:<a@b.example> BODY=BINARYMIME
        C: RCPT TO:<alice@example.org>
        C: DATA
        S: 250 2.1.0 Sender ok
        S: 250 2.1.5 Recipient ok
        S: 503 5.5.1 What MAIL called BINARYMIME comes with BDAT
        c: BDAT 4\r\na\n\rbBDAT 4 LAST\r\n\0\xFF\r.
        S: 250 2.0.0 4 octets received
        S: 250 2.0.0 Ok: queued as *
        """ + TestServer.Bye, intake =>
    {
        var message = Assert.Single(intake.Messages);
        Assert.Equal("a\n\rb\0\u00FF\r.", message.Text);
        Assert.Equal(BodyType.BinaryMime, message.Envelope.Body);
    });

    [Theory]
    [InlineData(IntakeVerdict.NoSpace, "452 4.3.1 Not enough room on the disk, try again later")]
    [InlineData(IntakeVerdict.OverQuota, "452 4.2.2 This mailbox is full, try again later")]
    [InlineData(IntakeVerdict.StoreFailed, "451 4.3.0 The message could not be stored, try again later")]
    public Task PassesOnTheVerdictAndGoesOn(IntakeVerdict verdict, string reply) =>
        new TestServer { NewIntake = () => new MemoryIntake { AtCommit = verdict } }.PlayAsync(
            UpToChunks + @"c: BDAT 2\r\n\r\nBDAT 2 LAST\r\n\r\nBDAT 2 LAST\r\n\r\n" + $"\nS: 250 2.0.0 *\nS: {reply}\nS: 503 5.5.1 Send MAIL first" + TestServer.Bye,
            intake => Assert.Empty(intake.Messages));

    [Fact]
    public async Task LeavesNothingBehindWhenTheClientIsCutAnywhere()
    {
        const string Dialogue = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.org>\r\nBDAT 12\r\nSubject: x\r\nBDAT 8 LAST\r\n\r\ntext\r\n";
        for (var cut = 0; cut < Dialogue.Length; cut++)
        {
            await using (var client = _server.Connect())
            {
                await client.SendAsync(Dialogue[..cut]);
                await client.HangUpAsync();
                await client.Served.WaitAsync(TimeSpan.FromSeconds(30));
            }

            Assert.Equal(0, _server.Intake.Open);
            Assert.Empty(_server.Intake.Messages);
        }
    }

    [Fact]
    public async Task DisposesWhatWasDroppedBeforeItAnswers()
    {
        await using var client = _server.Connect();
        await client.SendAsync("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nBDAT 3\r\nabc");
        Assert.Equal(1, _server.Intake.Open);
        await client.SendAsync("RSET\r\n");
        Assert.Equal(0, _server.Intake.Open);
    }

    [Fact]
    public async Task HandsNothingToTheIntakePastTheLimit()
    {
        var server = new TestServer { Options = new SmtpServiceOptions { HostName = "mx.example.org", MaxMessageBytes = 1000 } };
        await using var client = server.Connect();
        await client.SendAsync("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nBDAT 10000000 LAST\r\n");
        for (var i = 0; i < 100; i++) await client.SendAsync(new byte[100_000].AsMemory());
        Assert.InRange(server.Intake.LastAppended, 0, 1000);
        Assert.Equal(0, server.Intake.Open);
        await client.HangUpAsync();
        Assert.Contains("552 5.3.4 ", Encoding.ASCII.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
    }

    // Ten thousand chunks of one octet are a way to stay for ever.
    [Fact]
    public async Task EndsASessionOfTinyChunks()
    {
        await using var client = _server.Connect();
        await client.SendAsync("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\n");
        for (var i = 0; i < 4; i++) await client.ReadLineAsync();
        for (var i = 0; i < 999; i++)
        {
            await client.SendAsync("BDAT 1\r\nx");
            Assert.StartsWith("250 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        }

        await client.SendAsync("BDAT 0\r\n");
        Assert.StartsWith("421 4.7.0 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
        Assert.Equal(0, _server.Intake.Open);
    }

    // However it is cut into pieces, a text is what it is, and both ways to send one agree about it.
    [Theory]
    [InlineData(BareNewlines.Refuse)]
    [InlineData(BareNewlines.Normalise)]
    public void JudgesATextAlikeHoweverItIsCut(BareNewlines policy)
    {
        var octet = Gen.Elements<byte>(13, 10, 13, 10, 0, 97, 46, 200);
        var text = Gen.ArrayOf(octet);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(text.ToArbitrary(), octets =>
        {
            var whole = Filter(policy, [octets]);
            for (var cut = 0; cut <= octets.Length; cut++) Assert.Equal(whole, Filter(policy, [octets[..cut], octets[cut..]]));
            Assert.Equal(whole, Filter(policy, octets.Select(one => new[] { one })));
            if (policy == BareNewlines.Refuse && !whole.IsBare) Assert.Equal(Convert.ToHexString(octets), whole.Text);

            // Dotted, with the CRLF that DATA cannot do without.
            var sink = new Collected();
            var decoder = new DotTextDecoder(sink, policy);
            var dotted = new System.Buffers.ArrayBufferWriter<byte>();
            var encoder = default(DotTextEncoder);
            encoder.Write([.. octets, .. "\r\n"u8], dotted);
            encoder.End(dotted);
            decoder.Decode(dotted.WrittenSpan);
            if (!decoder.HasBareNewline) Assert.Equal((whole.Text + "0D0A", false, whole.HasNul), (sink.Text, whole.IsBare, decoder.HasNul));
        }));
    }

    private static (string Text, bool IsBare, bool HasNul) Filter(BareNewlines policy, IEnumerable<byte[]> pieces)
    {
        var sink = new Collected();
        var filter = new NewlineFilter(sink, policy);
        foreach (var piece in pieces) filter.Append(piece);
        filter.End();
        return (sink.Text, filter.HasBareNewline, filter.HasNul);
    }

    private sealed class Collected : IOctetSink
    {
        public string Text { get; private set; } = "";

        public void Append(ReadOnlySpan<byte> octets) => Text += Convert.ToHexString(octets);
    }
}
