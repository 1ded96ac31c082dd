using Merpati.Mail.Messages;

namespace Merpati.Mail.Mime;

/// <summary>Watches the header of a whole message for what people look at. Each kind of field has room of its own, so that a list of a million recipients costs nothing else.</summary>
internal sealed class MessageHeader
{
    private const int MaxFields = 64 * 1024; // octets kept of From, Subject and Date
    private const int MaxRecipients = 128 * 1024; // octets kept of To and Cc

    private readonly HeaderFields _fields = new(MaxFields, "From", "Subject", "Date");
    private readonly HeaderFields _recipients = new(MaxRecipients, "To", "Cc");

    public HeaderFields Content { get; } = ContentHeader.Watch();

    public void Append(ReadOnlySpan<byte> octets)
    {
        _fields.Append(octets);
        _recipients.Append(octets);
        Content.Append(octets);
    }

    public void Finish()
    {
        _fields.Finish();
        _recipients.Finish();
        Content.Finish();
    }

    public ReadableHeader ToReadable() => new()
    {
        From = Addresses(_fields, 0),
        To = Addresses(_recipients, 0),
        Cc = Addresses(_recipients, 1),
        Subject = Bodies(_fields, 1) is [var subject, ..] ? EncodedWords.Decode(subject.Span).Trim() : "",
        Date = Bodies(_fields, 2) is [var date, ..] && DateField.TryRead(date.Span, out var at) ? at : null,
    };

    private static List<ReadOnlyMemory<byte>> Bodies(HeaderFields fields, int name) => [.. fields.Bodies(name)];

    private static string Addresses(HeaderFields fields, int name) => string.Join(", ", Bodies(fields, name).Select(body => AddressText.Readable(body.Span)));
}
