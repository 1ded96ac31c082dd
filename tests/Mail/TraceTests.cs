using System.Net;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Messages;

namespace Merpati.Mail.Tests;

public sealed class TraceTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 5, 6, 24, TimeSpan.FromHours(7));

    private static Envelope EnvelopeFor(string clientName, params string[] recipients) => new(
        MailPath.Null,
        [.. recipients.Select(text => new Recipient(EmailAddress.TryParse(text, out var address) ? address : throw new FormatException(text)))],
        BodyType.SevenBit,
        new Origin(clientName, IPAddress.Parse("192.0.2.7"), "ESMTP"));

    private static string Received(Envelope envelope) =>
        Encoding.ASCII.GetString(TraceFields.Received(envelope, new QueueId(1), "mx.example.org", At));

    [Fact]
    public void NamesTheOnlyRecipient() => Assert.Equal(
        "Received: from client.example ([192.0.2.7])\r\n\tby mx.example.org (Merpati) with ESMTP id 0000000000001\r\n" +
        "\tfor <alice@example.org>;\r\n\tSun, 22 Nov 2026 05:06:24 +0700\r\n",
        Received(EnvelopeFor("client.example", "alice@example.org")));

    [Fact]
    public void NamesNobodyWhereThereAreSeveral() =>
        Assert.DoesNotContain("for <", Received(EnvelopeFor("client.example", "alice@example.org", "bob@example.org")), StringComparison.Ordinal);

    [Fact]
    public void NamesARecipientBeyondAsciiOnlyInAMessageThatMayHoldIt()
    {
        Assert.True(EmailAddress.TryParse("пётр@example.org"u8, allowUtf8: true, out var address));
        var envelope = EnvelopeFor("client.example") with { Recipients = [new Recipient(address)] };
        Assert.DoesNotContain("for <", Received(envelope), StringComparison.Ordinal);
        var octets = TraceFields.Received(envelope with { IsInternationalized = true }, new QueueId(1), "mx.example.org", At);
        Assert.Contains("\tfor <пётр@example.org>;", Encoding.UTF8.GetString(octets), StringComparison.Ordinal);
        Assert.Equal("Return-Path: <пётр@example.org>\r\n", Encoding.UTF8.GetString(TraceFields.ReturnPath(new MailPath(address))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("evil) by other")]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("пример")]
    public void RepeatsNoClientNameThatIsUnsafeInAHeader(string name) =>
        Assert.StartsWith("Received: from [192.0.2.7] ([192.0.2.7])\r\n", Received(EnvelopeFor(name, "alice@example.org")), StringComparison.Ordinal);

    [Fact]
    public void WritesTheReturnPath()
    {
        Assert.Equal("Return-Path: <>\r\n"u8.ToArray(), TraceFields.ReturnPath(MailPath.Null));
        Assert.Equal("Return-Path: <a@b.c>\r\n"u8.ToArray(), TraceFields.ReturnPath(MailPath.FromAddressText("a@b.c")));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Received: a\r\nreceived : no\r\nRECEIVED:\r\n x\r\nX-Received: y\r\n\r\nReceived: body\r\n", 2)]
    [InlineData("\r\nReceived: body\r\n", 0)]
    [InlineData("Subject: x\r\nRec\r\neived: no\r\nReceived: z", 1)]
    public void CountsTheHopsOfTheHeaderInPiecesOfAnySize(string message, int hops)
    {
        var octets = Encoding.ASCII.GetBytes(message);
        for (var size = 1; size <= octets.Length + 1; size++)
        {
            var counter = new HopCounter();
            foreach (var piece in octets.Chunk(size)) counter.Append(piece);
            Assert.Equal(hops, counter.Hops);
        }
    }

    [Fact]
    public void HandsOutAscendingIdsThatReadBack()
    {
        var source = new QueueIdSource(TimeProvider.System);
        var previous = default(QueueId);
        for (var i = 0; i < 100_000; i++)
        {
            var next = source.Next();
            Assert.True(next.Value > previous.Value);
            previous = next;
        }

        Assert.True(QueueId.TryParse(previous.ToString(), out var again));
        Assert.Equal(previous, again);
        Assert.False(QueueId.TryParse("000000000000U", out _));
    }
}
