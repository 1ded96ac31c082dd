using System.Text;

namespace Merpati.Mail.Tests.Mime;

public sealed class MessageReaderTests
{
    private const string Mixed = "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\npreamble\n";

    [Fact]
    public void ReadsAPlainMessage()
    {
        var read = ReadMessage.Of("From: Alice <alice@example.org>\nTo: bob@example.org,\n\t\"Doe, J.\" <j@example.org>\nCc: Team: a@example.org;\nSubject: Hello\n world\nDate: Sun, 22 Nov 2026 12:00:00 +0700\n\nHi,\n\nbye.\n");
        Assert.Equal("Alice <alice@example.org>", read.Told.From);
        Assert.Equal("bob@example.org, \"Doe, J.\" <j@example.org>", read.Told.To);
        Assert.Equal("Team: a@example.org;", read.Told.Cc);
        Assert.Equal("Hello world", read.Told.Subject);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(7)), read.Told.Date);
        Assert.Equal("Hi,\n\nbye.\n", read.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("Subject: only a header")]
    [InlineData("no header at all")]
    public void TellsTheHeaderOfWhatHasNoText(string message)
    {
        var read = ReadMessage.Of(message);
        Assert.Equal("", read.Text);
        Assert.Null(read.Told.Date);
        Assert.Empty(read.Attachments);
    }

    // RFC 2045 §6, and charsets by name.
    [Theory]
    [InlineData("text/plain; charset=utf-8", "base64", "0J/RgNC4\n0LLQtdGC\n", "Привет")]
    [InlineData("text/plain; charset=UTF8", "BASE64", "0J/R!gNC4====0LLQtdGC", "Привет")]
    [InlineData("text/plain; charset=\"koi8-r\"", "8bit", "\u00F0\u00D2\u00C9\u00D7\u00C5\u00D4\n", "Привет\n")]
    [InlineData("text/plain; charset=windows-1251 (Cyrillic)", "quoted-printable", "=CF=F0=E8=\n=E2=E5=F2=\n", "Привет")]
    [InlineData("text/plain; charset=iso-8859-15", "8bit", "\u00A4 5", "€ 5")]
    [InlineData("text/plain; charset=iso-2022-jp", "7bit", "\u001B$B$\"\u001B(B!", "あ!")]
    [InlineData("text/plain; charset=utf-16be", "base64", "2D3eAAA=", "\U0001F600\uFFFD")]
    [InlineData("text/plain; charset=us-ascii", "8bit", "caf\u00E9", "caf\uFFFD")]
    [InlineData("text/plain; charset=no-such-one", "8bit", "caf\u00E9", "caf\uFFFD")]
    [InlineData("text/plain; charset=utf-8", "8bit", "caf\u00E9 \u00C3\u00A9", "caf\uFFFD é")]
    [InlineData("text/plain", "8bit", "caf\u00C3\u00A9", "café")]
    [InlineData("text/plain", "8bit", "caf\u00E9 \u00C3\u00A9", "caf\u00E9 \u00C3\u00A9")]
    [InlineData("text/plain", "8bit", "caf\u00C3", "caf\u00C3")]
    [InlineData("text/plain", "quoted-printable", "a=3D=b= \n==41 \t\nc\t d  ", "a==b=A\nc\t d  ")]
    [InlineData("text/plain", "quoted-printable", "end=", "end")]
    [InlineData("text/plain", "quoted-printable", "end=4", "end=4")]
    [InlineData("text/plain", "x-uuencode", "begin 644 x\n", "begin 644 x\n")]
    [InlineData("text", "7bit", "text", "text")]
    [InlineData("multipart/mixed", "7bit", "--no\nboundary\n", "--no\nboundary\n")]
    public void DecodesText(string type, string encoding, string body, string text) =>
        Assert.Equal(text, ReadMessage.Of($"Content-Type: {type}\nContent-Transfer-Encoding: {encoding}\n\n{body}").Text);

    [Fact]
    public void ReadsThePartsOfAMultipart()
    {
        var read = ReadMessage.Of($"{Mixed}--b\n\none\n--b\nContent-Type: text/plain\n\ntwo\n\n--b\nContent-Type: IMAGE/png; name=\"a b.png\"\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b  \nContent-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''%D0%B0.pdf\n\nx\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n\nnot shown\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\ninner\n--b--\nepilogue\n--b\n\nnot shown\n");
        Assert.Equal("one\ntwo\n", read.Text);
        Assert.Equal("a b.png image/png|а.pdf application/pdf|notes.txt text/plain| message/rfc822", string.Join('|', read.Attachments.Select(attachment => $"{attachment.Name} {attachment.MediaType}")));
    }

    [Fact]
    public void ALineEndBeforeABoundaryIsTheBoundarys()
    {
        Assert.Equal("one", ReadMessage.Of($"{Mixed}--b\n\none\n--b--\n").Text);
        Assert.Equal("one\n", ReadMessage.Of($"{Mixed}--b\n\none\n\n--b--\n").Text);
        Assert.Equal("one\n--bb\n--b-\n --b\n", ReadMessage.Of($"{Mixed}--b\n\none\n--bb\n--b-\n --b\n").Text);
    }

    // RFC 2046 §5.1.4
    [Theory]
    [InlineData("--a\n\nplain\n--a\nContent-Type: text/html\n\n<p>html\n--a--", "plain")]
    [InlineData("--a\nContent-Type: text/html\n\n<p>html</p>\n--a\n\nplain\n--a--", "plain")]
    [InlineData("--a\n\n  \n--a\nContent-Type: text/html\n\n<p>html\n--a--", "  \nhtml\n")]
    [InlineData("--a\nContent-Type: multipart/mixed; boundary=m\n\n--m\n\none\n--m\n\ntwo\n--m--\n--a\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\nhtml\n--r--\n--a--", "one\ntwo")]
    public void ShowsOneAlternative(string parts, string text) =>
        Assert.Equal(text, ReadMessage.Of($"Content-Type: multipart/alternative; boundary=a\n\n{parts}\n").Text);

    [Fact]
    public void TellsTheAttachmentsOfAnAlternativeThatIsNotShown()
    {
        var read = ReadMessage.Of("Content-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n--a\nContent-Type: application/pdf; name=x.pdf\n\n--a--\n");
        Assert.Equal("x.pdf", Assert.Single(read.Attachments).Name);
        Assert.Equal("plain", read.Text);
    }

    [Fact]
    public void TheBoundaryOfTheOuterMultipartEndsTheInnerOne()
    {
        var read = ReadMessage.Of($"{Mixed}--b\nContent-Type: multipart/mixed; boundary=inner\n\n--inner\n\none\n--b\n\ntwo\n--inner\nthree\n--b--\n");
        Assert.Equal("one\ntwo\n--inner\nthree", read.Text);
    }

    [Theory]
    [InlineData("all\nthere\n\nis\n", "all\nthere\n\nis\n")]
    [InlineData("--bb\nnot it\n", "--bb\nnot it\n")]
    [InlineData("preamble\n--b--\nepilogue\n", "")]
    public void AMultipartWhoseBoundaryNeverComesIsTextAsItStands(string body, string text) =>
        Assert.Equal(text, ReadMessage.Of($"Content-Type: multipart/mixed; boundary=b\n\n{body}").Text);

    [Fact]
    public void ShowsOnlySoMuchOfAMultipartWithoutParts() =>
        Assert.InRange(ReadMessage.Of(Encoding.ASCII.GetBytes("Content-Type: multipart/mixed; boundary=b\n\n" + new string('x', 1_000_000))).Text.Length, 60_000, 65_536);

    [Fact]
    public void APartMayEndInItsHeader()
    {
        var read = ReadMessage.Of($"{Mixed}--b\nContent-Type: application/zip; name=a.zip\n--b\nContent-Type: multipart/mixed; boundary=c\n--b\n\ntext\n");
        Assert.Equal("a.zip", Assert.Single(read.Attachments).Name);
        Assert.Equal("text\n", read.Text);
    }

    [Fact]
    public void ThePartsOfADigestAreMessages() =>
        Assert.Equal("message/rfc822", Assert.Single(ReadMessage.Of("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\nx\n--b--\n").Attachments).MediaType);

    [Theory]
    [InlineData("attachment; filename=plain.txt", "plain.txt")]
    [InlineData("attachment; filename=two words.txt", "two words.txt")]
    [InlineData("attachment; filename=\"se;mi \\\"quoted\\\".txt\"", "se;mi \"quoted\".txt")]
    [InlineData("attachment; filename*0=\"long-\"; filename*1=\"name\"; filename*2=\".txt\"", "long-name.txt")]
    [InlineData("attachment; filename*1*=%D1%82.txt; filename*0*=utf-8'ru'%D1%82%D0%B5%D1%81; FILENAME=old.txt", "тест.txt")]
    [InlineData("attachment; filename*0*=utf-8''a; filename*2*=c", "a")]
    [InlineData("attachment; filename==?koi8-r?B?1MXT1A==?=", "тест")]
    [InlineData("attachment; filename=\"=?utf-8?q?=D1=82_?= =?utf-8?q?x.txt?=\"", "т x.txt")]
    [InlineData("attachment; filename=\"../../etc/passwd\"", "passwd")]
    [InlineData("attachment; filename=\"C:\\\\temp\\\\a.exe\"", "a.exe")]
    [InlineData("attachment; filename*=utf-8''a%E2%80%AEgpj.exe%00%0D%0A", "agpj.exe")]
    [InlineData("attachment; filename=\"..\"", "")]
    [InlineData("attachment; filename*=utf-8''%D1", "\uFFFD")]
    [InlineData("attachment; filename*99999999999=x; filename*x=y; =; ;;", "")]
    [InlineData("something-new", "")]
    public void ReadsTheNameOfAnAttachment(string disposition, string name) =>
        Assert.Equal(name, Assert.Single(ReadMessage.Of($"Content-Type: text/plain\nContent-Disposition: {disposition}\n\nx\n").Attachments).Name);

    [Theory]
    [InlineData("=?utf-8?q?J=C3=B6rg,_M=2E?= <joerg@example.org>", "\"Jörg, M.\" <joerg@example.org>")]
    [InlineData("=?utf-8?q?boss=40example=2Ecom_=3Cx=3E?= <evil@example.org>", "\"boss@example.com <x>\" <evil@example.org>")]
    [InlineData("\"=?utf-8?q?J=C3=B6rg?=\" <joerg@example.org>", "Jörg <joerg@example.org>")]
    [InlineData("J\u00F6rg <joerg@example.org>", "Jörg <joerg@example.org>")]
    [InlineData("j\u00C3\u00B6rg@example.org", "jörg@example.org")]
    [InlineData("alice@example.org (Alice (the\n first))", "alice@example.org (Alice (the first))")]
    [InlineData("undisclosed-recipients:;", "undisclosed-recipients:;")]
    [InlineData("Team: a@example.org, B <b@example.org>;, c@example.org", "Team: a@example.org, B <b@example.org>; c@example.org")]
    [InlineData("<alice@example.org", "alice@example.org")]
    [InlineData("\"a\\\"", "a\"")]
    [InlineData("(((", "((()")]
    [InlineData(",,,", "")]
    [InlineData("<\"a>b\"@example.org>", "\"a>b\"@example.org")]
    public void ShowsAddresses(string from, string shown) => Assert.Equal(shown.Trim(), ReadMessage.Of($"From: {from}\n\n").Told.From.Trim());

    [Theory]
    [InlineData("text/html", "<html><head><title>t</title><style>p{}</style></head><body><h1>Head</h1><p>One &amp; two&nbsp;&lt;3&#33; <b>bold</b>,\n  next</p><ul><li>a<li>b</ul>end<br><br/>x<script>if (a<b) y(\"</b>\")</SCRIPT ><!-- > no --> z</body></html>", "Head\n\nOne & two <3! bold, next\n\n- a\n- b\n\nend\n\nx z\n")]
    [InlineData("text/html", "a < b && c &unknown; &amp d <a href=\"x>y\" title='>'>link</a><", "a < b && c &unknown; &amp d link<\n")]
    [InlineData("text/html", "<pre>a\n  b</pre>c", "a\n  b\nc\n")]
    [InlineData("text/html; charset=utf-8", "&#x1F600;&#xD800;&#0;\u00C3\u00A9", "\U0001F600&#xD800; é\n")]
    [InlineData("text/html", "<div>a</div><div>b</div><table><tr><td>1</td><td>2</td></tr></table>", "a\nb\n1 2\n")]
    [InlineData("text/html", "<!doctype html><?xml?><p></p>", "")]
    public void MakesHtmlReadable(string type, string html, string text) => Assert.Equal(text, ReadMessage.Of($"Content-Type: {type}\n\n{html}").Text);

    [Fact]
    public void BareReturnsEndLinesToo() => Assert.Equal("a\nb\n\nc", ReadMessage.Of(Encoding.ASCII.GetBytes("Subject: x\r\n\r\na\rb\r\r\nc")).Text);
}
