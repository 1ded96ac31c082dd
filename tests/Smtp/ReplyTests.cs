using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Addresses;
using Merpati.Mail.Status;
using Merpati.Smtp.Grammar;
using Merpati.Smtp.Server;

namespace Merpati.Smtp.Tests;

public sealed class ReplyTests
{
    [Fact]
    public void HasOneRowForEveryRejection()
    {
        var rejections = Enum.GetValues<SmtpRejection>();
        foreach (var rejection in rejections)
        {
            var row = SmtpRejections.Of(rejection);
            Assert.Equal(rejection, row.Rejection);
            Assert.Equal(row.Code / 100, row.Status.Class);
            Assert.InRange(row.Code, 400, 599);
            Assert.Equal($"{row.Code} {row.Status} {row.Text}\r\n", row.Reply.ToString());
        }

        Assert.Equal(rejections.Length, rejections.Select(rejection => SmtpRejections.Of(rejection).Tag).Distinct().Count());
    }

    [Fact]
    public void HasAHandlerOrARefusalForEveryVerbOnce()
    {
        Assert.Equal(SmtpCommands.All.Count, SmtpCommands.All.Select(row => row.Verb).Distinct().Count());
        foreach (var row in SmtpCommands.All) Assert.Same(row, SmtpCommands.Find(Encoding.ASCII.GetBytes(row.Verb.ToLowerInvariant())));
        Assert.Null(SmtpCommands.Find("MAI"u8));
        Assert.Null(SmtpCommands.Find(""u8));
    }

    [Fact]
    public void CutsLinesAtTheLimitAndNeverBreaksThem()
    {
        var reply = SmtpReply.Create(550, new EnhancedStatusCode(5, 1, 1), new string('x', 1000), "a\r\n250 b\0é\u001b");
        var lines = reply.ToString().Split("\r\n");
        Assert.Equal(3, lines.Length);
        Assert.Equal(510, lines[0].Length);
        Assert.StartsWith("550-5.1.1 xxx", lines[0], StringComparison.Ordinal);
        Assert.Equal("550 5.1.1 a??250 b???", lines[1]);
    }

    [Fact]
    public void NamesALongestPathWholly()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 45), 4)) + ".org";
        var text = $"<\"{string.Concat(Enumerable.Repeat("\\\"", 31))}\"@{domain}>";
        Assert.True(MailPath.Parse(Encoding.ASCII.GetBytes(text), out var path) > 0);
        Assert.Equal($"550 5.1.1 {text}... No such user here\r\n", SmtpRejections.Of(SmtpRejection.NoSuchUser).ReplyAbout(path).ToString());
    }

    // Everything that a client may throw at it: half-right commands, made of pieces that occur in real ones, and plain noise.
    [Fact]
    public void AnswersAnythingInPrintableLinesOfTheRightForm()
    {
        var piece = Gen.Elements(
            "EHLO", "helo", "MAIL FROM:", "RCPT TO:", "DATA", "RSET", "NOOP", "HELP", "VRFY", "AUTH", " ", "  ", "<", ">", "<>", "alice", "@", "example.org",
            "x.example", "\"", "\\", "\0", "\r", "\t", "\u001b[2J", "é", "ÿ", " SIZE=", "99999999999999999999", " BODY=8BITMIME", "=", "-1", "<script>", ":", ".", "\n");
        var line = Gen.ArrayOf(piece).Select(string.Concat);
        var dialogue = Gen.ArrayOf(line).Select(lines => string.Join("\r\n", lines) + "\r\n.\r\n");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(dialogue.ToArbitrary(), text =>
        {
            foreach (var reply in Converse("HELO x\r\n" + text))
            {
                Assert.InRange(reply.Length, 4, 510);
                Assert.DoesNotContain(reply, c => c is < ' ' or > '~');
                Assert.DoesNotContain("<script>", reply, StringComparison.Ordinal);
                Assert.True(reply[3] is ' ' or '-');
                if (IsBare(reply)) continue;
                Assert.Equal(reply[0], reply[4]);
                Assert.Equal('.', reply[5]);
            }
        }));
    }

    // The banner, the answers to HELO and EHLO, and 354 carry no enhanced code (RFC 2034 §4).
    private static bool IsBare(string reply) =>
        reply.StartsWith("220 ", StringComparison.Ordinal) || reply.StartsWith("354 ", StringComparison.Ordinal) ||
        (reply.StartsWith("250", StringComparison.Ordinal) && (reply[4..] == "mx.example.org" || char.IsAsciiLetter(reply[4]) || reply[4..].StartsWith("8BITMIME", StringComparison.Ordinal)));

    private static string[] Converse(string text)
    {
        var client = new TestServer().Connect();
        client.SendGroupsAsync(text).GetAwaiter().GetResult();
        client.HangUpAsync().GetAwaiter().GetResult();
        var replies = Encoding.Latin1.GetString(client.ReadToEndAsync().GetAwaiter().GetResult());
        client.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Assert.EndsWith("\r\n", replies, StringComparison.Ordinal);
        return replies[..^2].Split("\r\n");
    }
}
