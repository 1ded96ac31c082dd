using Merpati.Mail.Addresses;

namespace Merpati.Mail.Envelopes;

/// <summary>The envelope of one message (RFC 5321 §2.3.1): who sent it, who shall get it, how it came.</summary>
/// <param name="ReversePath">Where notices go; <see cref="MailPath.Null"/> when nowhere.</param>
/// <param name="Recipients">Those the directory accepted, in the order given; at least one.</param>
/// <param name="Body">What was declared of the body.</param>
/// <param name="Origin">Where it came from.</param>
public sealed record Envelope(MailPath ReversePath, IReadOnlyList<Recipient> Recipients, BodyType Body, Origin Origin);
