using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Client;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Tests;

/// <summary>What the client reads and writes, in small.</summary>
public sealed class ClientGrammarTests
{
    [Theory]
    [InlineData("250", 250, true, "")]
    [InlineData("250 ", 250, true, "")]
    [InlineData("250-", 250, false, "")]
    [InlineData("250 ok then ", 250, true, "ok then")]
    [InlineData("599-x", 599, false, "x")]
    public void ReadsALine(string text, int code, bool isLast, string said)
    {
        Assert.True(ReplyLine.TryParse(Encoding.ASCII.GetBytes(text), out var line));
        Assert.Equal(new ReplyLine(code, isLast, said), line);
    }

    [Theory]
    [InlineData(550, "5.1.1 no", "5.1.1")]
    [InlineData(550, "5.1.1", "5.1.1")]
    [InlineData(250, "2.999.999 x", "2.999.999")]
    [InlineData(550, "4.1.1 no", null)]
    [InlineData(354, "3.0.0 go", null)]
    [InlineData(550, "5.1 no", null)]
    [InlineData(550, "5.1.1.1 no", null)]
    [InlineData(550, "5.1.1000 no", null)]
    [InlineData(550, "5..1 no", null)]
    [InlineData(550, "5.+1.1 no", null)]
    [InlineData(550, "", null)]
    public void ReadsTheEnhancedCode(int code, string text, string? status) => Assert.Equal(status, ReplyLine.StatusOf(code, text)?.ToString());

    [Fact]
    public void ReadsAnyOctets() => Prop.ForAll<byte[]>(octets =>
    {
        if (!ReplyLine.TryParse(octets, out var line)) return true;
        return line.Code is >= 200 and <= 599 && line.Text.All(c => c >= ' ' && c != '\x7F');
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("SIZE", true, null)]
    [InlineData("SIZE 0", true, null)]
    [InlineData("size 1000", true, 1000L)]
    [InlineData("SIZE -5", true, null)]
    [InlineData("SIZE 99999999999999999999", true, null)]
    [InlineData("SIZES 5", false, null)]
    public void ReadsTheLargestSize(string line, bool has, long? most)
    {
        var read = SmtpCapabilities.Parse(["mx", line]);
        Assert.Equal(has, read.HasSize);
        Assert.Equal(most, read.MaxSize);
    }

    [Fact]
    public void ReadsMechanismsHoweverTheyAreWritten()
    {
        var read = SmtpCapabilities.Parse(["mx AUTH NTLM", "auth=login plain", "AUTH PLAIN scram-sha-1", "", "LIMITS RCPTMAX=0 RCPTMAX=7 MAILMAX=x", "BINARYMIME"]);
        Assert.Equal(["LOGIN", "PLAIN", "SCRAM-SHA-1"], read.Mechanisms);
        Assert.Equal(7, read.MaxRecipients);
        Assert.Null(read.MaxTransactions);
        Assert.False(read.HasBinaryMime); // it comes with CHUNKING or not at all
        Assert.True(read.Has("limits"));
    }

    [Theory]
    [InlineData("rfc822", "a+b=c d@x.example", "rfc822;a+2Bb+3Dc+20d@x.example")]
    [InlineData("utf-8", "a+b=c d\\@x.example", "utf-8;a\\x{2B}b\\x{3D}c\\x{20}d\\x{5C}@x.example")]
    [InlineData("UTF-8", "é😀", "UTF-8;\\x{E9}\\x{1F600}")]
    [InlineData("rfc822", "é@x.example", null)]
    [InlineData("rfc822", "a\r\n@x.example", null)]
    [InlineData("utf-8", "a\n@x.example", null)]
    [InlineData("rfc 822", "a@x.example", null)]
    [InlineData("rfc822", "", null)]
    public void WritesTheOriginalRecipient(string type, string address, string? text)
    {
        Assert.Equal(text, OriginalRecipientText.Write(new OriginalRecipient(type, address), allowUtf8: false));
        if (text is not null) Assert.Equal(new OriginalRecipient(type, address), OriginalRecipientText.Read(Encoding.ASCII.GetBytes(text), allowUtf8: false));
    }

    [Theory]
    [InlineData("a\r\nb\r\n\r\n", true)]
    [InlineData("", true)]
    [InlineData("\r\n\r\n", true)]
    [InlineData("a\nb\r\n", false)]
    [InlineData("a\r\n\nb", false)]
    [InlineData("a\r\r\nb", false)]
    [InlineData("a\rb\r\n", false)]
    [InlineData("a\r\nb\r", false)]
    public void SeesLineEndsThatAreNoneHoweverTheyAreCut(string text, bool isFit)
    {
        var octets = Encoding.ASCII.GetBytes(text);
        for (var first = 0; first <= octets.Length; first++)
        {
            for (var second = first; second <= octets.Length; second++)
            {
                var guard = default(NewlineGuard);
                var fits = guard.Allows(octets.AsSpan(0, first)) && guard.Allows(octets.AsSpan(first, second - first)) && guard.Allows(octets.AsSpan(second)) && !guard.EndsInBareCr;
                Assert.Equal(isFit, fits);
            }
        }
    }
}
