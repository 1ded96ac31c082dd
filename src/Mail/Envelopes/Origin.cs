using System.Net;

namespace Merpati.Mail.Envelopes;

/// <summary>Where a message came from: what the trace field and the log say of it (RFC 5321 §4.4).</summary>
/// <param name="ClientName">What the client called itself in HELO or EHLO; empty when it said nothing.</param>
/// <param name="ClientAddress">The client's address; null for a message that did not come over a network.</param>
/// <param name="Protocol">The transmission type for "with" (RFC 3848): SMTP, ESMTP, ESMTPS, ESMTPSA …</param>
public sealed record Origin(string ClientName, IPAddress? ClientAddress, string Protocol);
