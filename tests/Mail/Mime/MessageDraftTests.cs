using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Addresses;
using Merpati.Mail.Mime;

namespace Merpati.Mail.Tests.Mime;

public sealed class MessageDraftTests
{
    private static readonly DateTimeOffset Date = new(2026, 11, 22, 12, 30, 0, TimeSpan.FromHours(7));

    private static NamedAddress Named(string text)
    {
        Assert.True(NamedAddress.TryParse(text, out var mailbox), text);
        return mailbox;
    }

    private static async Task<byte[]> WriteAsync(MessageDraft draft)
    {
        using var output = new MemoryStream();
        await draft.WriteToAsync(output, TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    private static byte[] Write(MessageDraft draft) => WriteAsync(draft).GetAwaiter().GetResult();

    [Fact]
    public async Task WritesAPlainMessage()
    {
        var message = await WriteAsync(new MessageDraft
        {
            From = Named("Alice <alice@example.org>"),
            To = [Named("bob@example.org"), Named("\"Doe, J.\" <j@example.org>")],
            Cc = [Named("Иван <ivan@example.org>")],
            Bcc = [Named("secret@example.org")],
            ReplyTo = Named("list@example.org"),
            Subject = "Hello",
            Date = Date,
            MessageId = "1@example.org",
            InReplyTo = "0@example.org",
            Text = "Hi,\n\nbye",
        });
        Assert.Equal(
            """
            Date: Sun, 22 Nov 2026 12:30:00 +0700
            From: Alice <alice@example.org>
            Reply-To: list@example.org
            To: bob@example.org, "Doe, J." <j@example.org>
            Cc: =?utf-8?b?0JjQstCw0L0=?= <ivan@example.org>
            Subject: Hello
            Message-ID: <1@example.org>
            In-Reply-To: <0@example.org>
            References: <0@example.org>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=us-ascii
            Content-Transfer-Encoding: 7bit

            Hi,

            bye

            """.ReplaceLineEndings("\r\n"), Encoding.UTF8.GetString(message));
    }

    [Theory]
    [InlineData("short", "us-ascii", "7bit")]
    [InlineData("Größe und mehr als das", "utf-8", "quoted-printable")]
    [InlineData("Доброе утро, коллеги", "utf-8", "base64")]
    [InlineData("ends in a blank \n", "us-ascii", "quoted-printable")]
    [InlineData("a\0b and then some more", "us-ascii", "quoted-printable")]
    public void ChoosesHowTextTravels(string text, string charset, string encoding)
    {
        var message = Encoding.ASCII.GetString(Write(new MessageDraft { From = Named("a@example.org"), Date = Date, Text = text }));
        Assert.Contains($"\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public void NobodyIsNamedInvisibly()
    {
        var draft = new MessageDraft { From = Named("a@example.org"), Bcc = [Named("b@example.org"), Named("b@EXAMPLE.org")], Date = Date };
        var message = Encoding.ASCII.GetString(Write(draft));
        Assert.Contains("\r\nTo: undisclosed-recipients:;\r\n", message, StringComparison.Ordinal);
        Assert.DoesNotContain("b@", message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("b@example.org", Assert.Single(draft.Recipients).ToString());
    }

    // RFC 6532 §3.2
    [Fact]
    public void AddressesBeyondAsciiStayAndSayWhatTheyNeed()
    {
        var draft = new MessageDraft { From = Named("a@example.org"), To = [Named("Ёж <ёж@почта.example>")], Date = Date };
        Assert.True(draft.NeedsSmtpUtf8);
        Assert.Contains("<ёж@xn--80a1acny.example>", Encoding.UTF8.GetString(Write(draft)), StringComparison.Ordinal);
        Assert.Equal("Ёж <ёж@xn--80a1acny.example>", ReadMessage.Of(Write(draft)).Told.To);
        Assert.False(new MessageDraft { From = Named("Ёж <a@почта.example>"), Date = Date }.NeedsSmtpUtf8);
        Assert.True(new MessageDraft { From = Named("ёж@example.org"), Date = Date }.NeedsSmtpUtf8);
    }

    // S14: nothing that is given can bring in a line.
    [Fact]
    public void NothingBringsInAFieldOfItsOwn()
    {
        Assert.True(EmailAddress.TryParse("a@example.org", out var address));
        const string Evil = "x\r\nBcc: evil@example.org\r\n\r\ny";
        var message = Encoding.UTF8.GetString(Write(new MessageDraft
        {
            From = new NamedAddress(Evil, address),
            Subject = Evil,
            MessageId = Evil,
            InReplyTo = Evil,
            Attachments = [new DraftAttachment(Evil, Evil, Stream.Null)],
            Date = Date,
        }));
        Assert.DoesNotContain("\nBcc", message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\ny", message, StringComparison.Ordinal);
        foreach (var line in message.Split("\r\n")) Assert.DoesNotContain(line, char.IsControl);
    }

    [Theory]
    [InlineData("X-Mailer: Merpati", true)]
    [InlineData("References:<a@b> <c@d>", true)]
    [InlineData("X-Größe: 1", false)]
    [InlineData("X Mailer: 1", false)]
    [InlineData(": 1", false)]
    [InlineData("X-Empty: ", false)]
    [InlineData("X-A: b\r\nBcc: c", false)]
    [InlineData("bcc: a@example.org", false)]
    [InlineData("Content-Type: text/html", false)]
    [InlineData("no colon", false)]
    public void TakesFieldsThatAreNotItsOwn(string text, bool isTaken) => Assert.Equal(isTaken, DraftField.TryParse(text, out _));

    [Fact]
    public void WhatIsWrittenIsReadTheSame()
    {
        var drafts =
            from subject in Texts.Names
            from name in Texts.Names
            from text in Texts.Paragraphs
            from files in Gen.ListOf(Texts.Names, 3)
            select (subject, name, text, files);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(drafts.ToArbitrary(), draft =>
        {
            Assert.True(EmailAddress.TryParse("a@example.org", out var address));
            var names = draft.files.Select(AttachmentName.Clean).ToList();
            var mailbox = new NamedAddress(draft.name, address);
            var message = Write(new MessageDraft
            {
                From = mailbox,
                To = [mailbox, mailbox],
                Subject = draft.subject,
                Date = Date,
                Text = draft.text,
                Attachments = [.. draft.files.Select(file => new DraftAttachment(file, "image/png", new MemoryStream([1, 2, 3])))],
            });
            AssertIsRight(message);
            var read = ReadMessage.Of(message);
            Assert.Equal(mailbox.ToString(), read.Told.From);
            Assert.Equal($"{mailbox}, {mailbox}", read.Told.To);
            Assert.Equal(draft.subject, read.Told.Subject);
            Assert.Equal(Date, read.Told.Date);
            Assert.Equal(draft.text, read.Text);
            Assert.Equal(names, read.Attachments.Select(attachment => attachment.Name));
            Assert.True(NamedAddress.TryParse(mailbox.ToString(), out var again));
            Assert.Equal(mailbox, again);
        }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(57)]
    [InlineData(57 * 256)]
    [InlineData(100_000)]
    public async Task FilesGoWhole(int length)
    {
        var content = new byte[length];
        for (var i = 0; i < length; i++) content[i] = (byte)(i * 31 >> 3);
        using var file = new MemoryStream(content);
        var message = Encoding.ASCII.GetString(await WriteAsync(new MessageDraft { From = Named("a@example.org"), Date = Date, Attachments = [new DraftAttachment("x.bin", "application/octet-stream", file)] }));
        AssertIsRight(Encoding.ASCII.GetBytes(message));
        var start = message.IndexOf("filename=", StringComparison.Ordinal);
        start = message.IndexOf("\r\n\r\n", start, StringComparison.Ordinal) + 4;
        Assert.Equal(content, Convert.FromBase64String(message[start..message.LastIndexOf("\r\n--=_", StringComparison.Ordinal)]));
    }

    [Fact]
    public void KnowsCommonFiles()
    {
        Assert.Equal("image/png", MediaTypes.ByName("a.PNG"));
        Assert.Equal("application/octet-stream", MediaTypes.ByName("a.eml"));
        Assert.Equal("application/octet-stream", MediaTypes.ByName("a"));
        Assert.True(Domain.TryParse("example.org", out var host));
        Assert.EndsWith("@example.org", MessageDraft.NewMessageId(host), StringComparison.Ordinal);
        Assert.NotEqual(MessageDraft.NewMessageId(host), MessageDraft.NewMessageId(host));
    }

    // RFC 5322 §2.1.1, §2.3: CRLF only, no line too long, and 7-bit.
    private static void AssertIsRight(byte[] message)
    {
        var text = Encoding.Latin1.GetString(message);
        Assert.DoesNotContain(text, c => c > 127);
        var lines = text.Split("\r\n");
        Assert.Equal("", lines[^1]);
        foreach (var line in lines)
        {
            Assert.DoesNotContain(line, c => c is '\r' or '\n');
            Assert.InRange(line.Length, 0, 998);
        }

        var header = text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
        foreach (var line in header)
        {
            Assert.NotEqual("", line.Trim());
            if (line.Contains("=?utf-8?", StringComparison.Ordinal)) Assert.InRange(line.Length, 1, 78);
        }
    }
}
