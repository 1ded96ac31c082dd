using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Server;

/// <summary>
/// A message that comes in chunks (RFC 3030 §2), from the first to the last. Once it has failed, whatever still comes is dropped: a message
/// that lacks a piece is never stored.
/// </summary>
internal sealed class ChunkedMessage : IOctetSink, IAsyncDisposable
{
    private readonly MessageText _text;
    private readonly NewlineFilter? _newlines; // none where the message is binary
    private readonly BareNewlines _policy;
    private SmtpRejection? _failure;

    /// <summary>Begins a message.</summary>
    public ChunkedMessage(Envelope envelope, IIncomingMessage message, SmtpServiceOptions options)
    {
        Envelope = envelope;
        Message = message;
        _policy = options.BareNewlines;
        _text = new MessageText(message, options.MaxMessageBytes);

        // RFC 3030 §3: BINARYMIME alone may hold any octets.
        if (envelope.Body != BodyType.BinaryMime) _newlines = new NewlineFilter(_text, _policy);
    }

    /// <summary>The envelope that it began with.</summary>
    public Envelope Envelope { get; }

    /// <summary>What the intake has of it.</summary>
    public IIncomingMessage Message { get; }

    /// <summary>The octets that came, stored or not.</summary>
    public long Octets { get; private set; }

    /// <summary>Why it cannot be taken any more; null while it can.</summary>
    public SmtpRejection? Failure => _failure ?? (_text.IsTooBig ? SmtpRejection.MessageTooBig : null);

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> octets)
    {
        Octets += octets.Length;
        if (Failure is not null) return;
        if (_newlines is null) _text.Append(octets);
        else _newlines.Append(octets);
    }

    /// <summary>A chunk was lost or refused: the rest is not the message any more.</summary>
    public void Fail() => _failure ??= SmtpRejection.ChunkFailed;

    /// <summary>The last chunk has come; what is wrong with the whole, if anything.</summary>
    public SmtpRejection? End()
    {
        _newlines?.End();
        if (Failure is { } failure) return failure;
        if (_newlines is { HasNul: true }) return SmtpRejection.NulInMessage;

        // RFC 5321 §2.3.8 holds for text however it comes.
        return _newlines is { HasBareNewline: true } && _policy == BareNewlines.Refuse ? SmtpRejection.BareNewline : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Message.DisposeAsync();
}
