using System.Text;
using Merpati.Mail.Mime;

namespace Merpati.Mail.Tests.Mime;

/// <summary>Runs when no other test does: the memory that is measured is the whole program's.</summary>
[CollectionDefinition(nameof(MessageMemoryTests), DisableParallelization = true)]
[Collection(nameof(MessageMemoryTests))]
public sealed class MessageMemoryTests
{
    [Theory]
    [InlineData("", "Subject: ", "x")] // one line without end
    [InlineData("", "Subject: x\r\n", "")]
    [InlineData("", "To: a@example.org, b@example.org,\r\n ", "")]
    [InlineData("", "Content-Type: text/plain; filename*0=x;\r\n a=b; c*7*=d; ", "")]
    [InlineData("To: ", "(", "")]
    [InlineData("To: ", "\"a\" <", "")]
    [InlineData("\r\n", "word ", "")]
    [InlineData("\r\n", "\u00C3", "")]
    [InlineData("Content-Type: text/html\r\n\r\n", "<", "")]
    [InlineData("Content-Type: text/html\r\n\r\n", "<p ", "")]
    [InlineData("Content-Type: text/html\r\n\r\n", "&x", "")]
    [InlineData("Content-Type: text/html\r\n\r\n<", "x", "")]
    [InlineData("Content-Type: text/html\r\n\r\n&", "x", "")]
    [InlineData("Content-Type: text/html\r\n\r\n<p title='", "x", "")]
    [InlineData("Content-Type: text/html\r\n\r\n<script>", "</scriptx>", "")]
    [InlineData("Content-Type: text/html\r\n\r\n<pre>", " ", "x")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b", " ", "")]
    [InlineData("Content-Type: multipart/mixed; boundary=", "b", "")]
    [InlineData("Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n", "\u001B$", "")]
    [InlineData("Content-Type: text/plain; charset=utf-8\r\n\r\n", "\u00C3", "")]
    [InlineData("Content-Type: text/html\r\n\r\n", "<br>", "")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\r\n\r\n", " \t", "")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\r\n\r\n= ", " ", "")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\nx\r\n", "")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", "")]
    [InlineData("Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n", "word ", "")]
    [InlineData("Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\nx\r\n--b\r\n\r\n", " ", "")]
    public void TakesNoMoreMemoryForMore(string start, string repeated, string end)
    {
        var reader = new MessageReader(new Forgetful());
        reader.Write(Encoding.Latin1.GetBytes(start));
        var piece = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(repeated, 64_000 / repeated.Length)));
        for (var i = 0; i < 10; i++) reader.Write(piece);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 100; i++) reader.Write(piece);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 3_000_000);
        reader.Write(Encoding.Latin1.GetBytes(end));
        reader.Complete();
        GC.KeepAlive(reader);
    }

    private sealed class Forgetful : IReadableMessageSink
    {
        public void Header(ReadableHeader header) => Assert.InRange($"{header}".Length, 1, 500_000);

        public void Text(ReadOnlySpan<char> text) => Assert.InRange(text.Length, 1, 1024);

        public void Attachment(AttachmentHeader attachment) => Assert.InRange(attachment.Name.Length, 0, 200);
    }
}
