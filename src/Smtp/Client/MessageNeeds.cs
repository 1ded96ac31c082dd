using Merpati.Mail.Envelopes;
using Merpati.Mail.Status;

namespace Merpati.Smtp.Client;

/// <summary>What a message needs of the server.</summary>
/// <param name="EightBit">8BITMIME.</param>
/// <param name="Binary">BINARYMIME and CHUNKING.</param>
/// <param name="Utf8">SMTPUTF8.</param>
internal readonly record struct MessageNeeds(bool EightBit, bool Binary, bool Utf8)
{
    public static MessageNeeds Of(OutgoingMessage message) => new(
        message.HasEightBit ?? message.Body == BodyType.EightBitMime,
        message.Body == BodyType.BinaryMime,
        message.IsInternationalized || !message.ReversePath.IsAscii || message.Recipients.Any(static recipient => !recipient.Address.IsAscii));

    /// <summary>Whether the server can be offered a message of so many octets, or else why not.</summary>
    public SendOutcome Judge(SmtpCapabilities offered, long length)
    {
        if (offered.MaxSize is { } most && length > most) return SendOutcome.TooLarge; // RFC 1870 §5
        if (Utf8 && !offered.HasSmtpUtf8) return SendOutcome.NeedsUtf8; // RFC 6531 §3.5
        if (Binary) return offered.HasBinaryMime ? SendOutcome.Offered : SendOutcome.NeedsBinary; // RFC 3030 §3
        return EightBit && !offered.HasEightBitMime ? SendOutcome.NeedsEightBit : SendOutcome.Offered; // RFC 6152 §3
    }

    /// <summary>The status and the words that go with what keeps a message from being offered.</summary>
    public static (EnhancedStatusCode Status, string Text) Describe(SendOutcome outcome) => outcome switch
    {
        SendOutcome.TooLarge => (new EnhancedStatusCode(5, 3, 4), "the message is larger than the server takes"),
        SendOutcome.NeedsUtf8 => (new EnhancedStatusCode(5, 6, 7), "the message needs SMTPUTF8, which the server does not know"),
        SendOutcome.NeedsBinary => (new EnhancedStatusCode(5, 6, 3), "the message is binary, which the server does not take"),
        _ => (new EnhancedStatusCode(5, 6, 3), "the message has octets above 127, which the server does not take"),
    };
}
