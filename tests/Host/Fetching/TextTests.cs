using System.Text;
using Merpati.Host.Cli;
using Merpati.Host.Cli.Fetching;
using Merpati.Host.Cli.Saving;

namespace Merpati.Host.Tests.Fetching;

/// <summary>The small parts that turn mail into text for files and terminals.</summary>
public sealed class TextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("From a\r\nFrom\r\nFromb\r\n>From c\r\n>>From d\r\n> From\r\n>>\r\nF\r\nFrom ", ">From a\nFrom\nFromb\n>>From c\n>>>From d\n> From\n>>\nF\n>From \n")]
    [InlineData("a\r\r\nb\rc\nd\r\n\r\n\r", "a\r\nb\rc\nd\n\n\r\n")]
    [InlineData("Fro", "Fro\n")]
    [InlineData("", "")]
    public void QuotesAndEndsLinesAlikeHoweverTheyAreCut(string message, string expected)
    {
        var octets = Encoding.ASCII.GetBytes(message);
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            for (var second = cut; second <= octets.Length; second++) Assert.Equal(expected, Write(octets[..cut], octets[cut..second], octets[second..]));
        }
    }

    [Theory]
    [InlineData("Return-Path: <a@example.com>\r\nDate: Tue, 3 Mar 2026 01:02:03 +0000\r\n\r\n", "From a@example.com Tue Mar  3 01:02:03 2026")]
    [InlineData("Return-Path: a b\r\nReceived: x; Tue, 3 Mar 2026 01:02:03 +0100\r\nDate: x\r\n\r\n", "From MAILER-DAEMON Tue Mar  3 00:02:03 2026")]
    [InlineData("Return-Path: <\u001b@x>\r\n\r\nReturn-Path: <late@example.com>\r\n", "From MAILER-DAEMON Mon Jan  5 06:07:08 2026")]
    [InlineData("", "From MAILER-DAEMON Mon Jan  5 06:07:08 2026")]
    public void TheLineAboveAMessageSaysWhoAndWhen(string message, string expected)
    {
        var heading = new MboxHeading();
        heading.Append(Encoding.ASCII.GetBytes(message));
        Assert.Equal(expected, heading.Line(new Clock(new DateTimeOffset(2026, 1, 5, 6, 7, 8, TimeSpan.Zero))));
    }

    [Theory]
    [InlineData("abc", "abc   ")]
    [InlineData("abcdef", "abcdef")]
    [InlineData("abcdefg", "abcde\u2026")]
    [InlineData("\u65e5\u672c\u8a9e", "\u65e5\u672c\u8a9e")]
    [InlineData("\u65e5\u672c\u8a9ex", "\u65e5\u672c\u2026 ")]
    [InlineData("e\u0301\ud83d\ude00", "e\u0301\ud83d\ude00   ")]
    [InlineData("\u001b", "\\u001b")]
    public void TextFitsItsColumns(string text, string expected) => Assert.Equal(expected, TextWidth.Fit(text, 6));

    [Fact]
    public void ATerminalObeysNothingThatCameByMail()
    {
        using var output = new StringWriter();
        var text = new TerminalText(output);
        foreach (var piece in new[] { "a\tb\r", "\nc\u001b[2J\u009b", "\u202ed\u2028", "e\u200d\u007f" }) text.Write(piece);
        Assert.Equal("a\tb\\u000d\nc\\u001b[2J\\u009b\\u202ed\\u2028e\u200d\\u007f", output.ToString());
    }

    [Theory]
    [InlineData("x.mbox", null, SaveFormat.Mbox)]
    [InlineData("x.MBOX", null, SaveFormat.Mbox)]
    [InlineData("x", "mbox", SaveFormat.Mbox)]
    [InlineData("old", null, SaveFormat.Mbox)]
    [InlineData("dir/", null, SaveFormat.Eml)]
    [InlineData("there", null, SaveFormat.Eml)]
    [InlineData("Maildir", null, SaveFormat.Maildir)]
    [InlineData("my.maildir/", null, SaveFormat.Maildir)]
    [InlineData("kept/", null, SaveFormat.Maildir)]
    [InlineData("x.mbox", "maildir", SaveFormat.Maildir)]
    public void ThePathOrTheOptionSaysTheFormat(string path, string? format, object expected)
    {
        File.WriteAllText(_folder["old"], "From x\n");
        foreach (var folder in new[] { "there", "kept/tmp", "kept/new", "kept/cur" }) Directory.CreateDirectory(_folder[folder]);
        Assert.Equal(expected, SavePath.Of(_folder[path], format).Format);
    }

    [Fact]
    public void APathThatSaysNothingIsWrongUsage()
    {
        File.WriteAllText(_folder["text"], "From");
        foreach (var path in new[] { "x", "text", "x.eml" }) Assert.Equal(2, Assert.Throws<CommandFailure>(() => SavePath.Of(_folder[path], null)).Status);
    }

    private string Write(params byte[][] pieces)
    {
        using var part = new PartFile(_folder["part"]);
        var lines = new UnixLines(part, quotesFrom: true);
        foreach (var piece in pieces) lines.Append(piece);
        lines.Finish(endsLine: true);
        using var copy = new FileStream(_folder["copy"], FileMode.Create);
        var end = part.CopyTo(copy, 0, default, default);
        Assert.Equal(copy.Length, end);
        copy.Position = 0;
        using var reader = new StreamReader(copy, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
