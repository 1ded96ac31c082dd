using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Mime;

namespace Merpati.Mail.Tests.Mime;

public sealed class HostileMessageTests
{
    private static readonly string[] Pieces =
    [
        "\r\n", "\n", "\r", "--b", "--b--", "--c", "\r\n\r\n", "x", " ", "=", "=\r\n", "=4", "=C3", "<", "<p", ">", "<!--", "-->", "&", "&amp;", "\"", "(", "=?", "?=", "\u00E9", "\u00C3\u00A9", "\0", "\u001B$B",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "Content-Type: multipart/alternative; boundary=c\r\n\r\n", "Content-Type: text/html; charset=utf-8\r\n\r\n", "Content-Type: text/plain; charset=",
        "utf-16\r\n", "utf-7\r\n", "gb18030\r\n", "shift_jis\r\n", "iso-2022-jp\r\n", "iso-2022-kr\r\n", "hz-gb-2312\r\n", "euc-jp\r\n", "big5\r\n", "utf-32be\r\n", "x-iscii-de\r\n", "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n",
        "Content-Disposition: attachment; filename*0*=", "utf-8''%D1", "From: ", "To: =?utf-8?b?", "Subject: =?utf-8?q?=FF?=", "Date: Mon, 1 Jan 2026 10:00:00 +0000\r\n", "AAAA", "2D3e", "////",
        "Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>html", "\r\n--c\r\n\r\nplain", "\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>later", "\r\n--c--\r\n",
    ];

    private static readonly Gen<byte[]> Messages = Gen.ArrayOf(Gen.OneOf(Gen.Elements(Pieces), ArbMap.Default.GeneratorFor<byte>().Select(octet => ((char)octet).ToString())))
        .Select(pieces => Encoding.Latin1.GetBytes(string.Concat(pieces)));

    [Fact]
    public void IsReadTheSameHoweverItIsCut()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(600).WithEndSize(60), Prop.ForAll(Messages.ToArbitrary(), message =>
        {
            var whole = ReadMessage.Of(message).All;
            foreach (var piece in new[] { 1, 2, 3, 7 }) Assert.Equal(whole, ReadMessage.Of(message, piece).All);
        }));
    }

    [Fact]
    public void IsReadTheSameCutAtEveryPoint()
    {
        var message = Encoding.Latin1.GetBytes("From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=B6=\r\n=C3=9Fe \t\r\n\r\n--b\r\nContent-Type: text/html; charset=shift_jis\r\n\r\n<p>\u0082\u00A0 &lt;\r\n--b\r\n"
            + "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n8J+YgPCf\r\nmIA=\r\n--b\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n"
            + "Content-Type: text/html\r\n\r\n<p>not told\r\n--a\r\nContent-Type: image/png; name=i\r\n\r\n--a\r\n\r\n \r\nplain\r\n--a--\r\n--b\r\nContent-Disposition: attachment; filename=x\r\n\r\n--b--\r\n" + new string('z', 5000) + "\r\n");
        var whole = ReadMessage.Of(message).All;
        Assert.Contains("Größe\nあ <\n\U0001F600\U0001F600[i]\n \nplain[x]", whole, StringComparison.Ordinal);
        for (var at = 0; at <= message.Length; at++)
        {
            var read = new ReadMessage();
            var reader = new MessageReader(read);
            reader.Write(message.AsSpan(0, at));
            reader.Write(message.AsSpan(at));
            reader.Complete();
            Assert.Equal(whole, read.All);
        }
    }

    [Fact]
    public void TellsWhatIsTooDeepAsAnAttachment()
    {
        var message = new StringBuilder();
        for (var depth = 0; depth < 10_000; depth++) message.Append($"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n");
        var read = ReadMessage.Of(message.Append("\ndeep\n").ToString());
        Assert.Equal("multipart/mixed", Assert.Single(read.Attachments).MediaType);
        Assert.Equal("", read.Text);
    }

    [Fact]
    public void ReadsOnlySoManyParts()
    {
        var message = new StringBuilder("Content-Type: multipart/mixed; boundary=b\n\n").Insert(0, "Subject: parts\n");
        for (var part = 0; part < 100_000; part++) message.Append("--b\n\nx\n");
        Assert.Equal(2000, ReadMessage.Of(message.ToString()).Text.Count(c => c == 'x'));
    }

    [Fact]
    public void AHundredThousandRecipientsHideNoOtherField()
    {
        var recipients = string.Join(",\n ", Enumerable.Range(0, 100_000).Select(number => $"user{number}@example.org"));
        var read = ReadMessage.Of(Encoding.Latin1.GetBytes($"To: {recipients}\nFrom: a@example.org\nSubject: many\nContent-Type: text/plain; charset=utf-8\n\nGr\u00C3\u00B6\u00C3\u009Fe\n"));
        Assert.Equal("a@example.org", read.Told.From);
        Assert.Equal("many", read.Told.Subject);
        Assert.Equal("Größe\n", read.Text);
        Assert.StartsWith("user0@example.org, user1@example.org", read.Told.To, StringComparison.Ordinal);
        Assert.InRange(read.Told.To.Length, 1000, 150_000);
    }

    [Fact]
    public void EveryRealMessageIsRead()
    {
        var corpus = Path.Combine(Root(), "..", "shared", "corpus");
        Assert.SkipUnless(System.IO.Directory.Exists(corpus), $"the real messages are not at hand: there is no {corpus}");
        foreach (var file in System.IO.Directory.EnumerateFiles(corpus, "*.eml"))
        {
            var octets = File.ReadAllBytes(file);
            Assert.Equal((file, ReadMessage.Of(octets).All), (file, ReadMessage.Of(octets, 5).All));
        }
    }

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Merpati.slnx"))) directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no Merpati.slnx above the tests");
        return directory;
    }
}
