using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Terminals;
using Merpati.Smtp.Server;
using Merpati.Transcripts;

namespace Merpati.Smtp.Tests;

/// <summary>SEND, SOML and SAML (RFC 821 §3.4), and the session that is a terminal (docs/terminal.md).</summary>
public sealed class TerminalTests
{
    private const string Attach = "EHLO x\r\nAUTH STEPS ZmluYWw=\r\n\r\nXTERMINAL\r\n";

    private MemoryTerminals _terminals = new();

    [Theory]
    [InlineData("MAIL", DeliveryWay.Mailbox)]
    [InlineData("SEND", DeliveryWay.Terminal)]
    [InlineData("soml", DeliveryWay.TerminalOrMailbox)]
    [InlineData("SAML", DeliveryWay.TerminalAndMailbox)]
    public async Task SaysWhichWayAMessageGoes(string verb, DeliveryWay way)
    {
        var server = Server();
        await server.PlayFromBannerAsync(
            $"""
            S: 220 mx.example.org ESMTP Merpati
            C: EHLO x
            S: 250-*
            S: 250-*
            S: 250-*
            S: 250-*
            S: 250-*
            S: 250-*
            S: 250-*
            S: 250-*
            S: 250-*
            S: 250-*
            S: 250-VRFY
            S: 250-SEND
            S: 250-SOML
            S: 250-SAML
            S: 250-HELP
            S: 250 AUTH *
            C: {verb} FROM:<a@b.example> SIZE=10 BODY=8BITMIME
            S: 250 2.1.0 Sender ok
            C: RCPT TO:<alice@example.org>
            S: 250 2.1.5 Recipient ok
            C: DATA
            S: 354 *
            C: text
            C: .
            S: 250 2.0.0 Ok: queued as *
            """ + TestServer.Bye, intake =>
        {
            var envelope = Assert.Single(intake.Messages).Envelope;
            Assert.Equal((way, BodyType.EightBitMime), (envelope.Way, envelope.Body));
            Assert.Equal(way, Assert.Single(server.Directory.Questions).Way);
        });
    }

    [Theory]
    [InlineData("SEND")]
    [InlineData("SOML")]
    [InlineData("SAML")]
    public Task KeepsToTheRulesOfMail(string verb) => Server().PlayFromBannerAsync(
        $"""
        S: 220 mx.example.org ESMTP Merpati
        C: {verb} FROM:<a@b.example>
        S: 503 5.5.1 Send HELO or EHLO first
        C: HELO x
        S: 250 mx.example.org
        C: {verb}
        S: 501 5.5.4 Syntax: MAIL FROM:<address> [parameters]
        C: {verb} FROM:a@b.example
        S: 501 5.1.7 *
        C: {verb} FROM:<a@b.example> FOO=1
        S: 555 5.5.4 *
        C: {verb} FROM:<a@b.example> SIZE=99999999
        S: 552 5.3.4 *
        C: {verb} FROM:<a@b.example>
        S: 250 2.1.0 Sender ok
        C: {verb} FROM:<a@b.example>
        S: 503 5.5.1 Nested MAIL command
        C: MAIL FROM:<a@b.example>
        S: 503 5.5.1 Nested MAIL command
        C: RCPT TO:<notattached@example.org>
        S: 450 4.2.1 <notattached@example.org>... No terminal of this user is attached, try again later
        C: RCPT TO:<noterminal@example.org>
        S: 550 5.2.1 <noterminal@example.org>... There is no terminal that takes messages
        C: DATA
        S: 554 5.5.1 No valid recipients
        """ + TestServer.Bye);

    [Fact]
    public Task AttachesOnlyAKnownUserOutsideATransaction() => Server().PlayFromBannerAsync(
        """
        S: 220 mx.example.org ESMTP Merpati
        C: XTERMINAL
        S: 503 5.5.1 Send HELO or EHLO first
        C: HELO x
        S: 250 mx.example.org
        C: XTERMINAL
        S: 530 5.7.0 Authentication required
        C: AUTH STEPS ZmluYWw=
        S: 334 *
        c: \r\n
        S: 235 2.7.0 Authenticated
        C: XTERMINAL now
        S: 501 5.5.4 This command takes no argument
        C: MAIL FROM:<alice@example.org>
        S: 250 2.1.0 Sender ok
        C: XTERMINAL
        S: 503 5.5.1 Not inside a transaction, finish it or send RSET
        C: RSET
        S: 250 2.0.0 Ok
        C: XTERMINAL
        S: 250 2.0.0 attached as alice@example.org
        C: MAIL FROM:<alice@example.org>
        S: 503 5.5.1 Only NOOP, DETACH and QUIT on a terminal
        c: \xFF\0\r\n
        S: 503 5.5.1 Only NOOP, DETACH and QUIT on a terminal
        C: noop
        S: 250 2.0.0 Ok
        C: DETACH
        S: 250 2.0.0 Detached
        C: DETACH
        S: 500 5.5.2 Command not recognized
        C: MAIL FROM:<alice@example.org>
        S: 250 2.1.0 Sender ok
        C: RSET
        S: 250 2.0.0 Ok
        C: XTERMINAL
        S: 250 2.0.0 attached as alice@example.org
        C: QUIT
        S: 221 2.0.0 Bye
        S: [closed]
        """, _ => Assert.Equal(0, _terminals.Count));

    [Fact]
    public async Task ShowsEveryTerminalWhatArrivesAtOnce()
    {
        await using var one = await AttachAsync(Server());
        await using var other = await AttachAsync(new TestServer { NewPartners = WithSame });
        _terminals.Show(Message("Subject: tea\r\n\r\n.is\r\n..ready\r\nnow"));
        foreach (var client in new[] { one, other })
        {
            var lines = new List<string?>();
            for (var i = 0; i < 7; i++) lines.Add(await client.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(["150 MESSAGE 000000000000A 33 <anna@example.org>", "Subject: tea", "", "..is", "...ready", "now", "."], lines);
        }

        await one.SendAsync("NOOP\r\n");
        Assert.Equal("250 2.0.0 Ok", await one.ReadLineAsync());
    }

    [Fact]
    public async Task ShowsWhatArrivedBeforeAndWhileALineTrickledIn()
    {
        await using var client = await AttachAsync(Server());
        await client.SendAsync("NO");
        _terminals.Show(Message("one\r\n"));
        _terminals.Show(Message("two\r\n"));
        await client.SendAsync("OP\r\n");
        var lines = new List<string?>();
        for (var i = 0; i < 7; i++) lines.Add(await client.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["one", ".", "150 MESSAGE 000000000000A 5 <anna@example.org>", "two", ".", "250 2.0.0 Ok"], lines[1..]);
    }

    [Fact]
    public async Task ShowsALargeMessageWhole()
    {
        var text = string.Concat(Enumerable.Repeat(".0123456789\r\n", 200_000));
        await using var client = await AttachAsync(Server());
        _terminals.Show(Message(text));
        await client.SendAsync("QUIT\r\n");
        var all = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.Equal($"150 MESSAGE 000000000000A {text.Length} <anna@example.org>\r\n{text.Replace("\n.", "\n..", StringComparison.Ordinal).Insert(0, ".")}.\r\n221 2.0.0 Bye\r\n", all);
    }

    [Fact]
    public async Task TurnsAwayOneTerminalTooMany()
    {
        var server = Server();
        await using var one = await AttachAsync(server);
        await using var two = await AttachAsync(new TestServer { NewPartners = WithSame });
        await using var three = new TestServer { NewPartners = WithSame }.Connect();
        await three.SendAsync(Attach);
        Assert.Equal("450 4.7.0 You have as many terminals attached as one may have", await AfterLoginAsync(three));
        Assert.Equal(2, _terminals.Count);
    }

    [Fact]
    public async Task StaysAsLongAsTheClientIsHeard()
    {
        var time = new FakeTime();
        await using var client = await AttachAsync(Server(time));
        for (var i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromMinutes(4));
            await client.SendAsync("NOOP\r\n");
            Assert.Equal("250 2.0.0 Ok", await client.ReadLineAsync());
        }

        // What is shown to the client says nothing about whether it is there.
        time.Advance(TimeSpan.FromMinutes(4));
        _terminals.Show(Message("one\r\n"));
        for (var i = 0; i < 3; i++) await client.ReadLineAsync();
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("421 4.4.2 Timed out waiting for you", await client.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        await client.Served;
        Assert.Equal(0, _terminals.Count);
    }

    [Fact]
    public async Task EndsWhenTheServerStops()
    {
        await using var client = await AttachAsync(Server());
        client.Connection.BeginDrain();
        Assert.Equal("421 4.3.2 The server is stopping, try again later", await client.ReadLineAsync());
        await client.Served;
        Assert.Equal(0, _terminals.Count);
    }

    [Fact]
    public async Task DetachesAClientThatIsGone()
    {
        await using var client = await AttachAsync(Server());
        await client.HangUpAsync();
        await client.Served;
        Assert.Equal(0, _terminals.Count);
        _terminals.Show(Message("late\r\n"));
    }

    [Fact]
    public async Task DetachesAClientThatDoesNotRead()
    {
        var time = new FakeTime();
        var server = Server(time);
        await using var client = server.Connect(serverMayHold: 64 * 1024);
        await client.SendAsync(Attach);
        Assert.StartsWith("250 2.0.0 attached", await AfterLoginAsync(client), StringComparison.Ordinal);
        _terminals.Show(Message(new string('x', 1_000_000)));
        time.Advance(TimeSpan.FromMinutes(6));
        await client.Served.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, _terminals.Count);
    }

    [Theory]
    [InlineData("SEND FROM:<a@b.example>")]
    [InlineData("SOML FROM:<a@b.example>")]
    [InlineData("SAML FROM:<a@b.example>")]
    [InlineData("XTERMINAL")]
    public Task IsNotThereWithoutTerminals(string command) => new TestServer().PlayAsync(
        $"C: {command}\nS: 502 5.5.1 Command not implemented" + TestServer.Bye);

    private static TerminalMessage Message(string text)
    {
        Assert.True(MailPath.Parse("<anna@example.org>"u8, out var path) > 0);
        return new TerminalMessage(new QueueId(10), path, DateTimeOffset.UnixEpoch, Encoding.ASCII.GetBytes(text));
    }

    private static async Task<string?> AfterLoginAsync(MemoryClient client)
    {
        while (await client.ReadLineAsync() is { } line && !line.StartsWith("235", StringComparison.Ordinal)) Assert.NotEqual('5', line[0]);
        return await client.ReadLineAsync();
    }

    private static async Task<MemoryClient> AttachAsync(TestServer server)
    {
        var client = server.Connect();
        await client.SendAsync(Attach);
        Assert.Equal("250 2.0.0 attached as alice@example.org", await AfterLoginAsync(client));
        return client;
    }

    private TestServer Server(TimeProvider? time = null) => new()
    {
        Time = time ?? TimeProvider.System,
        NewPartners = partners =>
        {
            _terminals = new MemoryTerminals();
            return WithSame(partners);
        },
    };

    private SmtpPartners WithSame(SmtpPartners partners) => partners with { Sasl = new MemorySasl(), Terminals = _terminals };
}
