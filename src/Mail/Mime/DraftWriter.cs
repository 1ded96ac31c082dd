using System.Security.Cryptography;
using System.Text;
using Merpati.Mail.Messages;

namespace Merpati.Mail.Mime;

/// <summary>Writes a draft once: header, text, and each file in base64 as it is read.</summary>
internal sealed class DraftWriter
{
    private const int LineOctets = 57; // become 76 characters of base64 (RFC 2045 §6.8)
    private const int LinesAtOnce = 256;

    private readonly MessageDraft _draft;
    private readonly Stream _output;

    public DraftWriter(MessageDraft draft, Stream output)
    {
        _draft = draft;
        _output = output;
    }

    public async Task WriteAsync(CancellationToken cancellation)
    {
        var text = EncodedText.For(_draft.Text);
        var header = new HeaderWriter();
        WriteHeader(header);
        header.Raw("MIME-Version: 1.0");
        if (_draft.Attachments.Count == 0)
        {
            WriteTextHeader(header, text);
            await WriteAsync(header, cancellation);
            await _output.WriteAsync(text.Octets, cancellation);
            await _output.FlushAsync(cancellation);
            return;
        }

        var boundary = Boundary(text);
        header.Raw($"Content-Type: multipart/mixed; boundary=\"{boundary}\"");
        await WriteAsync(header, cancellation);
        header = new HeaderWriter();
        header.Raw($"--{boundary}");
        WriteTextHeader(header, text);
        await WriteAsync(header, cancellation);
        await _output.WriteAsync(text.Octets, cancellation);
        foreach (var attachment in _draft.Attachments)
        {
            header = new HeaderWriter();
            header.Raw($"\r\n--{boundary}");
            WriteAttachmentHeader(header, attachment);
            await WriteAsync(header, cancellation);
            await WriteBase64Async(attachment.Content, cancellation);
        }

        await _output.WriteAsync(Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n"), cancellation);
        await _output.FlushAsync(cancellation);
    }

    private static void WriteTextHeader(HeaderWriter header, EncodedText text)
    {
        header.Raw($"Content-Type: text/plain; charset={text.Charset}");
        header.Raw($"Content-Transfer-Encoding: {text.Encoding}");
    }

    private static void WriteAttachmentHeader(HeaderWriter header, DraftAttachment attachment)
    {
        header.Raw($"Content-Type: {MediaTypes.ForAttachment(attachment.MediaType)}");
        header.Raw("Content-Transfer-Encoding: base64");
        header.Disposition(AttachmentName.Clean(attachment.Name));
    }

    // RFC 2046 §5.1.1. "=_" stands in neither base64 nor quoted-printable, and text that goes as it is is looked through.
    private static string Boundary(EncodedText text)
    {
        while (true)
        {
            var boundary = $"=_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
            if (text.Octets.AsSpan().IndexOf(Encoding.ASCII.GetBytes(boundary)) < 0) return boundary;
        }
    }

    private void WriteHeader(HeaderWriter header)
    {
        header.Raw($"Date: {TraceFields.Date(_draft.Date)}");
        header.Mailboxes("From", [_draft.From]);
        if (_draft.ReplyTo is { } replyTo) header.Mailboxes("Reply-To", [replyTo]);
        if (_draft.To.Count > 0) header.Mailboxes("To", _draft.To);
        if (_draft.Cc.Count > 0) header.Mailboxes("Cc", _draft.Cc);
        if (_draft.To.Count == 0 && _draft.Cc.Count == 0) header.Raw("To: undisclosed-recipients:;");
        header.Text("Subject", _draft.Subject);
        if (_draft.MessageId.Length > 0) header.Identifier("Message-ID", _draft.MessageId);
        if (_draft.InReplyTo.Length > 0)
        {
            header.Identifier("In-Reply-To", _draft.InReplyTo);
            if (!_draft.Fields.Any(field => field.Name.Equals("References", StringComparison.OrdinalIgnoreCase))) header.Identifier("References", _draft.InReplyTo);
        }

        foreach (var field in _draft.Fields) header.Text(field.Name, field.Value);
    }

    private async Task WriteAsync(HeaderWriter header, CancellationToken cancellation) => await _output.WriteAsync(header.ToOctets(), cancellation);

    private async Task WriteBase64Async(Stream content, CancellationToken cancellation)
    {
        var octets = new byte[LineOctets * LinesAtOnce];
        while (true)
        {
            var length = await content.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, cancellation);
            var lines = new StringBuilder(length / LineOctets * 78);
            for (var at = 0; at < length; at += LineOctets) lines.Append(Convert.ToBase64String(octets, at, Math.Min(LineOctets, length - at))).Append("\r\n");
            await _output.WriteAsync(Encoding.ASCII.GetBytes(lines.ToString()), cancellation);
            if (length < octets.Length) return;
        }
    }
}
