using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Client;

/// <summary>A message to be sent.</summary>
/// <param name="ReversePath">Where notices go; <see cref="MailPath.Null"/> when nowhere.</param>
/// <param name="Recipients">To whom, at least one.</param>
/// <param name="Text">Its text.</param>
public sealed record OutgoingMessage(MailPath ReversePath, IReadOnlyList<OutgoingRecipient> Recipients, IOutgoingText Text)
{
    /// <summary>What its sender declared of the body.</summary>
    public BodyType Body { get; init; }

    /// <summary>Whether it has octets above 127, whatever was declared; null when nobody has looked, and what was declared is believed.</summary>
    public bool? HasEightBit { get; init; }

    /// <summary>Whether it needs SMTPUTF8 for its header (RFC 6531 §3.4). Addresses beyond ASCII need it in any case.</summary>
    public bool IsInternationalized { get; init; }

    /// <summary>How much of it a notice of failure brings back (RFC 3461 §4.3); passed on where the server knows DSN.</summary>
    public ReturnContent Return { get; init; }

    /// <summary>The sender's own name for this sending, printable ASCII of at most 100 characters (RFC 3461 §4.4); null for none.</summary>
    public string? EnvelopeId { get; init; }
}

/// <summary>A recipient of a message to be sent.</summary>
/// <param name="Address">The address.</param>
public sealed record OutgoingRecipient(EmailAddress Address)
{
    /// <summary>What the sender wants to be told; null when nothing was said. Passed on where the server knows DSN (RFC 3461 §4.1, §4.2).</summary>
    public RecipientNotices? Notices { get; init; }
}

/// <summary>The text of a message, read once from its start.</summary>
public interface IOutgoingText
{
    /// <summary>Its octets in all.</summary>
    long Length { get; }

    /// <summary>
    /// The next piece, of any size, valid until the next call; empty at the end. A text that breaks off or throws is never sent as if it were whole:
    /// the connection is torn down and what was thrown goes to the caller of the client.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation);
}

/// <summary>A text in memory.</summary>
/// <param name="octets">The text.</param>
public sealed class MemoryText(ReadOnlyMemory<byte> octets) : IOutgoingText
{
    private bool _read;

    /// <inheritdoc/>
    public long Length => octets.Length;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        var piece = _read ? default : octets;
        _read = true;
        return new ValueTask<ReadOnlyMemory<byte>>(piece);
    }
}
