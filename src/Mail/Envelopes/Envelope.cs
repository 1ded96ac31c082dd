using Merpati.Mail.Addresses;

namespace Merpati.Mail.Envelopes;

/// <summary>The envelope of one message (RFC 5321 §2.3.1): who sent it, who shall get it, how it came.</summary>
/// <param name="ReversePath">Where notices go; <see cref="MailPath.Null"/> when nowhere.</param>
/// <param name="Recipients">Those the directory accepted, in the order given; at least one.</param>
/// <param name="Body">What was declared of the body.</param>
/// <param name="Origin">Where it came from.</param>
public sealed record Envelope(MailPath ReversePath, IReadOnlyList<Recipient> Recipients, BodyType Body, Origin Origin)
{
    /// <summary>Where it goes with the users of ours among the recipients.</summary>
    public DeliveryWay Way { get; init; }

    /// <summary>Whether it was sent with SMTPUTF8: its header or its addresses may hold UTF-8 (RFC 6531 §3.4).</summary>
    public bool IsInternationalized { get; init; }

    /// <summary>How much of it a notice of failure brings back (RFC 3461 §4.3).</summary>
    public ReturnContent Return { get; init; }

    /// <summary>The sender's own name for this sending, decoded from xtext, at most 100 characters (RFC 3461 §4.4); null when not given.</summary>
    public string? EnvelopeId { get; init; }
}
