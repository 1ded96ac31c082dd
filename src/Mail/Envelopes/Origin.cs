using System.Net;

namespace Merpati.Mail.Envelopes;

/// <summary>Where a message came from: what the trace field and the log say of it (RFC 5321 §4.4).</summary>
/// <param name="ClientName">What the client called itself in HELO or EHLO; empty when it said nothing.</param>
/// <param name="ClientAddress">The client's address; null for a message that did not come over a network.</param>
/// <param name="Protocol">The transmission type for "with" (RFC 3848): SMTP, ESMTP, ESMTPS, ESMTPSA …</param>
public sealed record Origin(string ClientName, IPAddress? ClientAddress, string Protocol)
{
    /// <summary>Who has given it to us; null for a stranger.</summary>
    public Submitter? Submitter { get; init; }

    /// <summary>Whether it came by submission (RFC 6409), where what is missing in its header is added.</summary>
    public bool IsSubmission { get; init; }
}
