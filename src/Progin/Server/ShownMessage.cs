using System.Buffers;
using System.Globalization;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Mime;
using Merpati.Progin.Grammar;

namespace Merpati.Progin.Server;

/// <summary>
/// Gathers what is shown of a message: the header, and the text that the message's next octets made. It holds what one small piece of the message became, or the HTML
/// that <see cref="MessageReader"/> held until it was clear that no plain text follows, no more.
/// </summary>
internal sealed class ShownMessage(bool endsInBareLineFeed) : IReadableMessageSink
{
    private const int MaxValue = 1000; // characters of a header line
    private const int Block = 1024; // characters that are encoded at once

    private readonly ArrayBufferWriter<byte> _text = new();
    private TextEncoder _encoder = new(endsInBareLineFeed);

    /// <summary>The header; null before it was read.</summary>
    public ReadableHeader? Head { get; private set; }

    /// <summary>The octets of the text that are to be written next.</summary>
    public ReadOnlySpan<byte> Pending => _text.WrittenSpan;

    /// <summary>
    /// An address of the default domain, and such a one in a list, as one would type it after RCPT; anything else as it is. A comma in a quoted name or a comment
    /// (RFC 5322 §3.2.2, §3.2.4) ends nothing, and where quotes or brackets are not closed, nobody can tell what is inside of them: all stays as it is.
    /// </summary>
    public static string Shorten(string mailboxes, Domain? defaultDomain)
    {
        if (defaultDomain is null || !mailboxes.Contains('@', StringComparison.Ordinal)) return mailboxes;
        var shown = new StringBuilder(mailboxes.Length);
        var start = 0;
        var isQuoted = false;
        var depth = 0; // of comments
        for (var i = 0; i < mailboxes.Length; i++)
        {
            switch (mailboxes[i])
            {
                case '\\' when isQuoted:
                    i++;
                    break;
                case '"' when depth == 0:
                    isQuoted = !isQuoted;
                    break;
                case '(' when !isQuoted:
                    depth++;
                    break;
                case ')' when !isQuoted && depth > 0:
                    depth--;
                    break;
                case ',' when !isQuoted && depth == 0 && mailboxes.AsSpan(i).StartsWith(", "):
                    shown.Append(ShortenOne(mailboxes[start..i], defaultDomain)).Append(", ");
                    start = i + 2;
                    break;
            }
        }

        return isQuoted || depth > 0 ? mailboxes : shown.Append(ShortenOne(mailboxes[start..], defaultDomain)).ToString();
    }

    /// <summary>A line of the header. Its value is one line of bounded length, whatever is in it.</summary>
    public static string Line(string name, string value)
    {
        var shown = value.Trim();
        if (shown.Length > MaxValue) shown = string.Concat(shown.AsSpan(0, char.IsHighSurrogate(shown[MaxValue - 1]) ? MaxValue - 1 : MaxValue), "...");
        if (shown.AsSpan().IndexOfAnyInRange('\0', '\u001F') >= 0) shown = string.Concat(shown.Select(c => c < ' ' ? ' ' : c));
        return shown.Length == 0 ? name + ":" : $"{name}: {shown}";
    }

    private static string ShortenOne(string mailbox, Domain defaultDomain) =>
        EmailAddress.TryParse(mailbox, out var address) && address.Domain.Equals(defaultDomain) ? address.Local.ToString() : mailbox;

    /// <summary>The day of a moment in a time zone, as in 09-03-09.</summary>
    public static string Day(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("dd-MM-yy", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Header(ReadableHeader header) => Head = header;

    /// <inheritdoc/>
    public void Text(ReadOnlySpan<char> text)
    {
        Span<char> clean = stackalloc char[Block];
        Span<byte> octets = stackalloc byte[Block * 3];
        while (!text.IsEmpty)
        {
            var length = Math.Min(text.Length, Block);
            if (length < text.Length && char.IsHighSurrogate(text[length - 1])) length--;
            var piece = clean[..length];
            text[..length].CopyTo(piece);
            piece.Replace('\0', '\uFFFD');
            piece.Replace('\r', '\uFFFD');
            _encoder.Write(octets[..Encoding.UTF8.GetBytes(piece, octets)], _text);
            text = text[length..];
        }
    }

    /// <inheritdoc/>
    public void Attachment(AttachmentHeader attachment) =>
        Note(attachment.Name.Length == 0 ? $"[attachment: {attachment.MediaType}]" : $"[attachment: {attachment.Name}, {attachment.MediaType}]");

    /// <summary>Adds a line of ours.</summary>
    public void Note(string line)
    {
        _encoder.EndLine(_text);
        Text(line);
        _encoder.EndLine(_text);
    }

    /// <summary>Ends the text.</summary>
    public void End() => _encoder.End(_text);

    /// <summary>What was pending has been written.</summary>
    public void Clear() => _text.ResetWrittenCount();
}
