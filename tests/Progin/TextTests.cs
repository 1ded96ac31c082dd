using System.Text;
using FsCheck.Fluent;
using Merpati.Mail.Envelopes;
using Merpati.Progin.Grammar;
using Merpati.Wire.Lines;

namespace Merpati.Progin.Tests;

/// <summary>What is sent is what is listed, whatever it is.</summary>
public sealed class TextTests
{
    private Campus _campus = new();

    public static TheoryData<string, string, string[]> Texts => new()
    {
        // what is sent, the subject, the lines of the text
        { "subject: hello.\r\ncontent: .\r\nhello world!.\r\n", "hello.", [".", "hello world!."] },
        { "SUBJECT:hello\r\nConTent:world\r\n", "hello", ["world"] },
        { "subject:\r\ncontent:\r\nx\r\n", "", ["x"] },
        { "content:\r\nx\r\n", "", ["x"] },
        { "content: \r\nx\r\n", "", ["x"] },
        { "content:  \r\nx\r\n", "", [" ", "x"] },
        { "hello\r\nsubject: text\r\ncontent: text\r\n", "", ["hello", "subject: text", "content: text"] },
        { "subject: one\r\nsubject: two\r\ncontent: text\r\n", "one", ["subject: two", "content: text"] },
        { "content: x\r\nsubject: text\r\n", "", ["x", "subject: text"] },
        { "subject: x\r\nhello\r\n", "x", ["hello"] },
        { "subject: x\r\n\r\nhello\r\n", "x", ["", "hello"] },
        { "subject:\t x \t\r\ncontent:y\r\n", "x", ["y"] },
        { "subjec\r\nconten\r\n", "", ["subjec", "conten"] },
        { "s\r\nc\r\n", "", ["s", "c"] },
        { "subject: s\r\nconten\r\n", "s", ["conten"] },
        { "subject: s\r\n content: x\r\n", "s", [" content: x"] },
        { "", "", [] },
        { "subject: only\r\n", "only", [] },
        { "..\r\n", "", ["."] },
        { "...\r\n..x\r\n.x\r\n", "", ["..", ".x", ".x"] },
        { ". \r\n.\t\r\nx.\r\n", "", [". ", ".\t", "x."] },
        { "a  \r\nb\t\r\n\r\n\r\n", "", ["a  ", "b\t", "", ""] },
        { "subject: =?utf-8?q?x?=\r\ncontent: From me\r\n=3D\r\n", "=?utf-8?q?x?=", ["From me", "=3D"] },
        { "a\nb\r\n..\nc\n", "", ["a", "b", ".", "c"] },
        { "\u001b[31m\u0007\f\r\n", "", ["\u001b[31m\u0007\f"] },
        { "subject: Привет, мир\r\ncontent: Здравствуй\r\n€ 😀\r\n", "Привет, мир", ["Здравствуй", "€ 😀"] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task WhatIsSentIsListed(string sent, string subject, string[] lines)
    {
        var octets = Encoding.UTF8.GetBytes(sent);
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            var (shownSubject, shown) = await SendAndListAsync(octets, cut);
            Assert.Equal(subject, shownSubject);
            Assert.Equal(lines, shown);
        }
    }

    [Fact]
    public async Task AnyTextIsListedAsItWasSent()
    {
        var line = Gen.OneOf(
            Gen.Elements(".", "..", "...", ".x", "", " ", "subject: x", "content:", "=", "=20", "a=\t", "é", "€uro", "😀", "From x", "-- ", "\t"),
            Gen.Elements('a', '.', '=', ' ', 'é', '€', '\t', 'x').ArrayOf().Select(chars => new string(chars)),
            Gen.Choose(900, 1100).Select(length => new string('l', length)),
            Gen.Choose(300, 600).Select(length => string.Concat(Enumerable.Repeat("é ", length))));
        foreach (var lines in line.ArrayOf().Sample(12, 150))
        {
            var octets = new System.Buffers.ArrayBufferWriter<byte>();
            var encoder = new TextEncoder(endsInBareLineFeed: lines.Length % 2 == 0);
            Encoding.UTF8.GetBytes("content:\n", octets);
            foreach (var text in lines) encoder.Write(Encoding.UTF8.GetBytes(text + "\n"), octets);
            var (_, shown) = await SendAndListAsync(octets.WrittenMemory, octets.WrittenCount / 2);
            Assert.Equal(lines, shown);
        }
    }

    [Theory]
    [InlineData("plain\r\n", BodyType.SevenBit, "7bit")]
    [InlineData("é\r\n", BodyType.EightBitMime, "8bit")]
    public async Task AShortTextGoesAsItIs(string text, BodyType body, string encoding)
    {
        await SendAsync(Encoding.UTF8.GetBytes(text), 0);
        Assert.Equal(body, Assert.Single(_campus.Envelopes).Body);
        Assert.EndsWith($"Content-Transfer-Encoding: {encoding}\r\n\r\n{text}", _campus.Only(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(998, "7bit")]
    [InlineData(999, "quoted-printable")]
    public async Task ALineThatMessagesCannotHaveIsEncoded(int length, string encoding)
    {
        var text = new string('x', length);
        var (_, shown) = await SendAndListAsync(Encoding.ASCII.GetBytes(text + "\r\n"), 0);
        Assert.Equal([text], shown);
        Assert.Contains($"Content-Transfer-Encoding: {encoding}\r\n", _campus.Only(2), StringComparison.Ordinal);
        Assert.All(_campus.Only(2).Split("\r\n"), line => Assert.True(line.Length <= 998));
    }

    // What a text becomes counts against the limit of a message: it is not to become three times as much where there is another way.
    [Theory]
    [InlineData("plain text, a = b now and then", "quoted-printable")]
    [InlineData("Привет мир", "base64")]
    [InlineData("ab=c=", "base64")]
    public async Task ALongTextIsEncodedInWhatMakesLessOfIt(string line, string encoding)
    {
        var lines = Enumerable.Range(0, 30_000 / line.Length).Select(number => string.Concat(Enumerable.Repeat(line, 1 + (number % 20)))).ToArray();
        var text = Encoding.UTF8.GetBytes(string.Concat(lines.Select(each => each + "\r\n")));
        var (_, shown) = await SendAndListAsync(text, 70_001);
        Assert.Equal(lines, shown);
        var message = _campus.Only(2);
        Assert.Contains($"Content-Transfer-Encoding: {encoding}\r\n", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, text.Length, (int)(text.Length * 1.4));
        Assert.All(message.Split("\r\n"), each => Assert.True(each.Length <= 76));
    }

    [Fact]
    public async Task ALineOfTenMegabytesSurvives()
    {
        var text = string.Concat(Enumerable.Repeat("zehn Megabyte ", 10_000_000 / 14));
        var (_, shown) = await SendAndListAsync(Encoding.ASCII.GetBytes(text + "\r\n"), 12345);
        Assert.Equal(text, Assert.Single(shown));
    }

    [Fact]
    public async Task ACommandOfTenMegabytesIsDroppedAndTheSessionGoesOn()
    {
        await using var client = _campus.Connect();
        for (var i = 0; i < 160; i++) await client.SendAsync(new string('H', 65536));
        await client.SendAsync("\r\nHELO\r\n");
        Assert.Equal("ERR The command line is too long.", await client.NextAsync());
        Assert.Equal("OK", await client.NextAsync());
    }

    [Fact]
    public async Task ALongTextThatIsNoUtf8AtItsEndIsRefused()
    {
        await using var client = _campus.Connect();
        await BeginAsync(client);
        for (var i = 0; i < 4; i++) await client.SendAsync(string.Concat(Enumerable.Repeat("0123456789abcde\n", 2048)));
        await client.SendAsync(new byte[] { 0xC3, (byte)'\n', (byte)'.', (byte)'\n' });
        Assert.Equal("ERR The text is not UTF-8.", await client.NextAsync());
        Assert.Empty(_campus.Messages.All(2));
    }

    [Fact]
    public async Task TheSenderHasHisNameAndTheSubjectIsEncoded()
    {
        await using (var client = _campus.Connect())
        {
            await client.SendAsync("HELO desk\nMAIL\nSNDR user3 password\nRCPT user2\nRCPT user1\nDATA\n");
            await client.SendAsync(Encoding.UTF8.GetBytes("subject: Grüße\nx\n.\n"));
            for (var i = 0; i < 6; i++) Assert.Equal("OK", await client.NextAsync());
        }

        var message = _campus.Only(2);
        Assert.Contains("To: user2@example.org,\r\n user1@example.org\r\nSubject: =?utf-8?", message, StringComparison.Ordinal);
        Assert.Contains("\r\nFrom: =?utf-8?", message, StringComparison.Ordinal);
        Assert.Contains(" <user3@example.org>\r\n", message, StringComparison.Ordinal);
        Assert.Equal("desk", Assert.Single(_campus.Envelopes).Origin.ClientName);
    }

    [Fact]
    public void TheWatchSeesBrokenUtf8HoweverItIsCut()
    {
        var text = "aé€😀z"u8.ToArray();
        for (var one = 0; one <= text.Length; one++)
        {
            for (var two = one; two <= text.Length; two++)
            {
                var watch = new Utf8Watch();
                watch.Append(text.AsSpan(0, one));
                watch.Append(text.AsSpan(one, two - one));
                watch.Append(text.AsSpan(two));
                watch.End();
                Assert.False(watch.IsBroken);
            }

            var cut = new Utf8Watch();
            foreach (var octet in text.AsSpan(0, one)) cut.Append([octet]);
            cut.End();
            Assert.Equal(!System.Text.Unicode.Utf8.IsValid(text.AsSpan(0, one)), cut.IsBroken);
        }
    }

    [Fact]
    public void QuotedPrintableKeepsItsLinesShort()
    {
        var sink = new Gathered();
        var encoder = new QuotedPrintableEncoder(sink);
        encoder.Write(Encoding.UTF8.GetBytes("a b \r\n\tc\t\r\n=é" + new string('x', 80) + "\r\n"));
        Assert.Equal("a b=20\r\n\tc=09\r\n=3D=C3=A9" + new string('x', 66) + "=\r\n" + new string('x', 14) + "\r\n", Encoding.ASCII.GetString(sink.Octets.ToArray()));
    }

    [Fact]
    public void Base64IsTheSameHoweverItsOctetsAreCut()
    {
        var octets = new byte[10_000];
        System.Security.Cryptography.RandomNumberGenerator.Fill(octets);
        for (var length = 0; length < octets.Length; length = (length * 3 / 2) + 1)
        {
            var expected = Convert.ToBase64String(octets, 0, length, Base64FormattingOptions.InsertLineBreaks);
            foreach (var piece in new[] { 1, 7, 57, 58, 4096, 10_000 })
            {
                var sink = new Gathered();
                var encoder = new Base64Encoder(sink);
                for (var at = 0; at < length; at += piece) encoder.Write(octets.AsSpan(at, Math.Min(piece, length - at)));
                encoder.Finish();
                Assert.Equal(length == 0 ? "" : expected + "\r\n", Encoding.ASCII.GetString(sink.Octets.ToArray()));
            }
        }
    }

    private async Task<(string Subject, string[] Lines)> SendAndListAsync(ReadOnlyMemory<byte> text, int cut)
    {
        await SendAsync(text, cut);
        await using var client = _campus.Connect();
        await client.SendAsync("HELO\r\nFTCH\r\nLGIN user2 password\r\nLIST\r\nQUIT\r\n");
        var said = Encoding.UTF8.GetString(await client.RestAsync()).Split("\r\n");
        Assert.Equal(["OK", "OK", "OK", "1", "MAIL 1", "To: user2", "From: user1", "Time: 22-11-26"], said[..8]);
        Assert.Equal([".", "BYE", ""], said[^3..]);
        var lines = said[9..^3].Select(line => line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line);
        return (said[8]["Subject:".Length..].TrimStart(' '), [.. lines]);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> text, int cut)
    {
        _campus = new Campus();
        await using var client = _campus.Connect();
        await BeginAsync(client);
        await client.SendAsync(text[..cut]);
        await client.SendAsync(text[cut..]);
        await client.SendAsync(".\r\n");
        Assert.Equal("OK", await client.NextAsync());
    }

    private static async Task BeginAsync(MemoryClient client)
    {
        await client.SendAsync("HELO\r\nMAIL\r\nSNDR user1 password\r\nRCPT user2\r\nDATA\r\n");
        for (var i = 0; i < 4; i++) Assert.Equal("OK", await client.NextAsync());
    }

    private sealed class Gathered : IOctetSink
    {
        public MemoryStream Octets { get; } = new();

        public void Append(ReadOnlySpan<byte> octets) => Octets.Write(octets);
    }
}
