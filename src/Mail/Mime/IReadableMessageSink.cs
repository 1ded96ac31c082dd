namespace Merpati.Mail.Mime;

/// <summary>Takes what a person reads of a message, in order: the header once, then text and attachments as they come. Nothing is kept for it but HTML that plain text may follow.</summary>
public interface IReadableMessageSink
{
    /// <summary>The header, decoded; told once, before anything else, also for an empty message.</summary>
    void Header(ReadableHeader header);

    /// <summary>The next piece of the plain text, decoded from its transfer encoding and charset; line ends are LF. A piece ends anywhere but within a surrogate pair.</summary>
    void Text(ReadOnlySpan<char> text);

    /// <summary>A part that is no text to be read: its name and type are told where it begins, its content is not.</summary>
    void Attachment(AttachmentHeader attachment);
}
