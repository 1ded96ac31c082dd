using Merpati.Mail.Envelopes;
using Merpati.Wire.Connections;

namespace Merpati.Smtp.Server;

/// <summary>What is known of the client, whatever transaction is open. STARTTLS begins anew with nothing but the address (RFC 3207 §4.2).</summary>
internal sealed class SmtpFacts
{
    private readonly bool _isSubmission;
    private bool _isExtended;

    /// <summary>What is known when a client has just connected: its address, null when it did not come over a network.</summary>
    public SmtpFacts(ConnectionEnds ends, SmtpServiceOptions options)
    {
        _isSubmission = options.Role == SmtpRole.Submission;
        IsTrusted = ends.RemoteAddress is { } address && options.TrustedNetworks.Any(network => network.Contains(address));
        Origin = new Origin("", ends.RemoteAddress, "SMTP") { IsSubmission = _isSubmission };
    }

    /// <summary>Name, address and protocol, as envelopes carry them. The name is printable ASCII; empty before HELO.</summary>
    public Origin Origin { get; private set; }

    /// <summary>Whether the client is in a trusted network.</summary>
    public bool IsTrusted { get; }

    /// <summary>Who has authenticated; null for a stranger.</summary>
    public Submitter? Submitter => Origin.Submitter;

    /// <summary>Whether AUTH has succeeded.</summary>
    public bool IsAuthenticated => Submitter is not null;

    /// <summary>The client has introduced itself. RFC 3848: "ESMTP" after EHLO, "SMTP" after HELO.</summary>
    public void Introduce(string clientName, bool extended)
    {
        _isExtended = extended;
        Describe(clientName, Submitter);
    }

    /// <summary>The client has proved who it is.</summary>
    public void Authenticate(Submitter submitter) => Describe(Origin.ClientName, submitter);

    /// <summary>Whether the client belongs to an audience.</summary>
    public bool IsIn(SmtpAudience audience) => audience switch
    {
        SmtpAudience.Everyone => true,
        SmtpAudience.Trusted => IsTrusted || IsAuthenticated,
        SmtpAudience.Authenticated => IsAuthenticated,
        _ => false,
    };

    private void Describe(string clientName, Submitter? submitter) =>
        Origin = new Origin(clientName, Origin.ClientAddress, _isExtended ? "ESMTP" : "SMTP") { Submitter = submitter, IsSubmission = _isSubmission };
}
